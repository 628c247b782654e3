-- What a reader applied; without a key, so that an entry applied twice shows.
create table applied (
  ordinal bigint generated always as identity,
  position bigint not null,
  type text not null
);
create table counted (
  key text primary key,
  number int not null check (number >= 0)
);
grant select, insert, delete on applied to ${runtime};
grant select, insert, update on counted to ${runtime};
