-- All that is known of a person stands in this one row, so that erasing it erases the person.
create table account (
  id uuid primary key,
  email text not null,
  name text not null,
  roles text[] not null,
  password_hash text not null,
  -- The message that made it, by which a repeat of that message is known.
  message_id uuid not null,
  created_at timestamptz not null
);
create unique index account_email on account (lower(email));

-- One for each log-in: the family of all refresh tokens that descend from it.
create table session (
  id uuid primary key,
  user_id uuid not null references account on delete cascade,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_account on session (user_id);
create index session_expiry on session (expires_at);

-- Only the SHA-256 of a token is kept, so that reading this table opens no session.
create table refresh_token (
  hash bytea primary key,
  session_id uuid not null references session on delete cascade,
  used_at timestamptz,
  -- The message that used it: the same message may come twice, another one may not.
  used_by uuid
);
create index refresh_token_session on refresh_token (session_id);

-- Private keys as JSON Web Keys (RFC 7517). The newest signs; all of them verify.
create table signing_key (
  kid text primary key,
  jwk json not null,
  created_at timestamptz not null
);

revoke all on account, session, refresh_token, signing_key from public;
grant select, insert, update (roles) on account to ${runtime};
grant select, insert, update (expires_at, revoked_at), delete on session to ${runtime};
grant select, insert, update (used_at, used_by) on refresh_token to ${runtime};
grant select, insert on signing_key to ${runtime};
