-- Event store, outbox and feed in one: rows are only ever added, in the order of their commits.
create table journal (
  position bigint primary key,
  stream uuid not null,
  version int not null check (version > 0),
  type text not null,
  schema_version smallint not null,
  data json not null,
  -- W3C trace context of what caused the event; only for sampled traces.
  traceparent text,
  recorded_at timestamptz not null,
  unique (stream, version)
);

-- The one row that every append locks, so that positions become visible in their own order.
create table journal_head (
  single boolean primary key default true check (single),
  position bigint not null
) with (fillfactor = 10);
insert into journal_head (position) values (0);

-- How far this database's readers of other services' feeds have come.
create table subscription (
  name text primary key,
  position bigint not null
) with (fillfactor = 10);

-- What came of a command, by the key its sender chose.
create table command_outcome (
  scope text not null,
  key text not null,
  fingerprint bytea not null,
  result uuid not null,
  recorded_at timestamptz not null default now(),
  primary key (scope, key)
);
create index command_outcome_age on command_outcome using brin (recorded_at);

grant select, insert on journal to ${runtime};
grant select, update on journal_head to ${runtime};
grant select, insert, update on subscription to ${runtime};
grant select, insert, update, delete on command_outcome to ${runtime};
