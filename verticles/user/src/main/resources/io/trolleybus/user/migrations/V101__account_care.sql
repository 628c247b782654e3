-- The version of the account's stream in the journal, and whether an operator keeps its user out.
alter table account
  add column version int not null default 1,
  add column disabled boolean not null default false;

-- They are few, and looked for before one of them leaves.
create index account_operator on account (id) where 'operator' = any (roles);

-- When sessions from before were opened is told by their ids, whose first 48 bits are milliseconds since 1970 (RFC 9562).
alter table session add column opened_at timestamptz not null default now();
update session
set opened_at = to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0);

-- Sessions that ended before their time, kept for as long as there may be access tokens of them; the session itself goes
-- with its account.
create table revoked_session (
  id uuid not null,
  revoked_at timestamptz not null default now(),
  primary key (revoked_at, id)
);

revoke all on revoked_session from public;
grant update (name, password_hash, version, disabled), delete on account to ${runtime};
grant select, insert, delete on revoked_session to ${runtime};
