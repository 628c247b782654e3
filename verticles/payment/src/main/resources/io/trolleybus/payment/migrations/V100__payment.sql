-- One row for each payment: at once the remembered outcome of its charge and what is shown of it. A row is inserted,
-- updated once as a rule, and its indexed columns never change, so the update stays in its page.
create table payment (
  id uuid primary key,
  order_id uuid not null,
  status text not null,
  currency text not null,
  amount bigint not null,
  captured bigint not null default 0,
  refunded bigint not null default 0,
  decline_code text,
  -- The version of the payment's stream in the journal; 0 while it is not settled.
  version int not null default 0,
  created_at timestamptz not null default now(),
  check (refunded >= 0 and refunded <= captured and captured <= amount)
) with (fillfactor = 70);
create index payment_order on payment (order_id);

grant select, insert, update (status, captured, refunded, decline_code, version) on payment to ${runtime};
