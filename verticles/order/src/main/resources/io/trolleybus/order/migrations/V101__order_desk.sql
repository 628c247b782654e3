-- What happens to an order after it was placed: cancelling, shipments, delivery, refunds.
alter table orders
  add column refunded bigint not null default 0,
  -- Shipments, refunds and the reason of a cancellation; null while there are none.
  add column afterwards json;

-- The sagas that a command to an existing order begins: one for its cancellation, one for each refund. The saga that
-- places an order stands in the order's own row.
create table order_saga (
  id uuid primary key,
  order_id uuid not null references orders (id),
  definition text not null,
  version int not null,
  -- What its steps need beyond the order itself.
  subject json not null,
  state json not null,
  -- What it has done so far, step by step.
  log json not null,
  -- W3C trace context of the command that began it.
  traceparent text not null,
  -- The process that runs the saga; null when it has ended.
  owner text,
  started_at timestamptz not null,
  updated_at timestamptz not null
) with (fillfactor = 85);

create index order_saga_of_order on order_saga (order_id);
create index order_saga_open on order_saga (owner, id) where owner is not null;

grant select, insert, update on order_saga to ${runtime};
