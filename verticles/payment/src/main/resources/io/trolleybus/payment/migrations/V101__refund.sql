-- One row for each refund: at once its remembered outcome and what is shown of it. A row is inserted before the provider
-- is asked, and updated once. What a void gave back before there was this table has no row; the payment counts it.
create table refund (
  payment_id uuid not null references payment,
  id uuid not null,
  amount bigint not null check (amount > 0),
  status text not null check (status in ('PENDING', 'PROCESSED', 'FAILED')),
  reason text not null,
  decline_code text,
  created_at timestamptz not null default now(),
  primary key (payment_id, id)
) with (fillfactor = 70);

grant select, insert, update (status, decline_code) on refund to ${runtime};
