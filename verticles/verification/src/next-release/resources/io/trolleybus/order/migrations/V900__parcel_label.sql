-- Expands: the release before names its columns, so it goes on beside what it does not know.
alter table orders add column gift boolean not null default false;

create table parcel_label (
  order_id uuid primary key,
  voided boolean not null default false
);

grant select, insert, update on parcel_label to ${runtime};
