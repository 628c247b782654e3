create table trip (
  id uuid primary key,
  owner text not null,
  state json not null
);
grant select, insert, update on trip to ${runtime};
