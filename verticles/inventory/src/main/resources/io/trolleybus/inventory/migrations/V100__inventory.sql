-- What is sold. Its events' stream is the product's id, and its version is the version of that stream. SKUs are plain
-- ASCII; collation "C" compares them by their bytes, which is cheaper and is the order in which they are locked.
create table product (
  sku text collate "C" primary key,
  id uuid not null,
  name text not null,
  description text not null,
  price_amount bigint not null check (price_amount >= 0),
  currency text not null,
  version int not null,
  created_at timestamptz not null
);

-- Apart from the product, since every order writes here. Half of each page is left free, and nothing but the key is
-- indexed, so that an update stays on its page and touches no index.
create table stock (
  sku text collate "C" primary key references product,
  on_hand int not null,
  reserved int not null default 0,
  check (0 <= reserved and reserved <= on_hand)
) with (fillfactor = 50);

-- The hold of an order, which is also the remembered outcome of the command that asked for it. A row that is RELEASED
-- and has no lines is a tombstone: the release came first. Lines never change, and neither indexed column does.
create table reservation (
  id uuid primary key,
  state text not null check (state in ('HELD', 'ALLOCATED', 'SOLD', 'RELEASED')),
  skus text[] collate "C" not null,
  quantities int[] not null,
  held_at timestamptz not null default now()
) with (fillfactor = 50);

-- Finds the holds of a stretch of time, at next to no cost for those who write them.
create index reservation_held_at on reservation using brin (held_at) with (pages_per_range = 16, autosummarize = on);

-- Holds past their time, until their orders have ended.
create table overdue_hold (
  reservation_id uuid primary key,
  checked_at timestamptz not null
);

-- Up to where the holds have been looked through for overdue ones.
create table hold_watch (
  single boolean primary key default true check (single),
  watched_through timestamptz not null
);
insert into hold_watch (watched_through) values ('epoch');

-- Every change of on_hand, for good.
create table stock_movement (
  sku text collate "C" not null references product,
  id uuid not null,
  quantity int not null check (quantity <> 0),
  kind text not null check (kind in ('received', 'adjusted', 'shipped')),
  reason text not null,
  moved_by text not null,
  on_hand int not null check (on_hand >= 0),
  recorded_at timestamptz not null default now(),
  primary key (sku, id)
);

grant select, insert, update on product to ${runtime};
grant select, insert, update on stock to ${runtime};
-- Deleted are only claims of the same transaction that were refused.
grant select, insert, update, delete on reservation to ${runtime};
grant select, insert, update, delete on overdue_hold to ${runtime};
grant select, update on hold_watch to ${runtime};
grant select, insert on stock_movement to ${runtime};
