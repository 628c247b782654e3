create table trip (
  id uuid primary key,
  owner text not null,
  version int not null default 1,
  state json not null
);
grant select, insert, update on trip to ${runtime};
