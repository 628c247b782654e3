create table folder (name text primary key);
