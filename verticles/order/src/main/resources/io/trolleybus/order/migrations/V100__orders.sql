-- One row for each order: what clients see of it, and the saga that carries it to its end. Everything but the saga's
-- columns follows from the journal.
create table orders (
  id uuid primary key,
  user_id uuid not null,
  status text not null,
  version int not null,
  currency text not null,
  total bigint not null,
  lines json not null,
  payment_id uuid not null,
  payment_status text not null,
  captured bigint not null,
  rejection json,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The saga's state and what its steps need; the payment token goes when the saga ends.
  saga json not null,
  -- The process that runs the saga; null when it has ended.
  saga_owner text
) with (fillfactor = 85);

create index orders_by_user on orders (user_id, id desc);
create index orders_open on orders (saga_owner, id) where saga_owner is not null;

-- Inventory's price list as far as its feed has been read.
create table price (
  sku text primary key,
  name text not null,
  amount bigint not null,
  currency text not null
);

grant select, insert, update on orders to ${runtime};
grant select, insert, update, delete on price to ${runtime};
