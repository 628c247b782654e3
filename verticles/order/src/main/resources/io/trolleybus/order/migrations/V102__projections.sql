-- The read models, folded from the journal. Each row carries the generation of the model that it belongs to.

-- Every customer's orders. Written once, never changed.
create table order_by_customer (
  generation int not null,
  user_id uuid not null,
  order_id uuid not null,
  primary key (generation, user_id, order_id)
);

-- Every order's status.
create table order_by_status (
  generation int not null,
  order_id uuid not null,
  status text not null,
  primary key (generation, order_id)
) with (fillfactor = 85);
create index order_by_status_newest on order_by_status (generation, status, order_id);

-- What was sold of a product on a day (UTC), and what came of it later, on the day when it did.
create table order_sales (
  generation int not null,
  day date not null,
  sku text collate "C" not null,
  currency text not null,
  -- Of orders that were confirmed.
  units bigint not null default 0,
  revenue bigint not null default 0,
  -- Of confirmed orders that were cancelled; the money without what had been refunded before.
  cancelled_units bigint not null default 0,
  cancelled_revenue bigint not null default 0,
  -- Given back without taking anything back.
  refunded bigint not null default 0,
  primary key (generation, day, sku, currency)
) with (fillfactor = 50);

-- The part of an amount that falls to a line of an order, in whole minor units: lines share it by their totals, and all of
-- it is shared. The line reaches from low to high in the sum of the totals, whole. Numeric, since the product of two
-- amounts is larger than a bigint.
create function line_share(amount bigint, low bigint, high bigint, whole bigint) returns bigint
  immutable strict language sql
  return case when whole = 0 then 0
              else (div(amount::numeric * high, whole) - div(amount::numeric * low, whole))::bigint end;

-- Customers' lists are read from their projection.
drop index orders_by_user;

grant select, insert, delete on order_by_customer to ${runtime};
grant select, insert, update, delete on order_by_status to ${runtime};
grant select, insert, update, delete on order_sales to ${runtime};
