-- What one shop would keep in one database: stock, orders with their lines, payments, and a history of events.
create table stock (
  product int primary key,
  unit_price int not null,
  free int not null check (free >= 0),
  held int not null default 0
) with (fillfactor = 50); -- Half of each page stays free, so that an update stays on its page.

create table purchase (
  id bigint generated always as identity primary key,
  buyer int not null,
  state text not null,
  amount bigint not null,
  placed_at timestamptz not null default now()
);
create index purchase_by_buyer on purchase (buyer, id desc);

create table purchase_line (
  purchase bigint not null,
  position int not null,
  product int not null,
  units int not null,
  unit_price int not null,
  primary key (purchase, position)
);

create table payment (
  purchase bigint primary key,
  amount bigint not null,
  paid_at timestamptz not null default now()
);

create table purchase_event (
  purchase bigint not null,
  version int not null,
  kind text not null,
  detail jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (purchase, version)
);

insert into stock (product, unit_price, free)
  select n, 100 + n % 9900, 1000000000 from generate_series(1, 10000) n;

analyze;
