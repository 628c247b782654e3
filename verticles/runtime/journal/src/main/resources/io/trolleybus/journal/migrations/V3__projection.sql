-- The read models that are folded from this database's own journal. Their rows carry the generation they belong to, so
-- that one can be made anew beside the one that is read. How far a generation has come stands in subscription, under
-- the projection's name and the generation: 'orders-by-status#2'.
create table projection (
  name text primary key,
  -- The generation that is read; null until the first is made.
  live int,
  -- The one that is made beside it; null while none is.
  building int,
  -- Up to this generation no rows are left.
  swept int not null default 0,
  begun_at timestamptz not null,
  -- When the live generation became so.
  live_since timestamptz
) with (fillfactor = 10);

-- The events of a trace; of those few only that were sampled.
create index journal_trace on journal (substr(traceparent, 4, 32), position) where traceparent is not null;

grant select, insert, update on projection to ${runtime};
-- The checkpoint of a generation goes when the next one is read.
grant delete on subscription to ${runtime};
