create table note (text text primary key);
grant select, insert on note to ${runtime};
