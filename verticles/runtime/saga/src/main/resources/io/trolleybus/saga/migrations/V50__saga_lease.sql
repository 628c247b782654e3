-- Which process runs which sagas. A row is a promise until expires_at, by the clock of this database; whoever takes a
-- lease over removes it, so that its holder finds nothing under its epoch and can write no more.
create sequence saga_epoch;

create table saga_lease (
  owner text primary key,
  epoch bigint not null,
  expires_at timestamptz not null
) with (fillfactor = 10);

grant usage on sequence saga_epoch to ${runtime};
grant select, insert, update, delete on saga_lease to ${runtime};
