-- A read model that adds up, so that what is folded twice or not at all shows.
create table balance (
  generation int not null,
  stream uuid not null,
  moved bigint not null,
  primary key (generation, stream)
);
grant select, insert, update, delete on balance to ${runtime};
