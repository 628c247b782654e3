-- What of each line has left, in the order of the lines, and with which shipments; null as long as nothing has.
alter table reservation add column shipped int[], add column shipments uuid[];

-- More kinds. Not validated, since no row has any but the first two: that would read the whole history under the lock.
alter table stock_movement
  drop constraint stock_movement_kind_check,
  add constraint stock_movement_kind_check
    check (kind in ('received', 'adjusted', 'sold', 'returned', 'corrected')) not valid;

-- True, or the statement that asks is refused as a whole: for what must not happen without more being written.
create domain uneventful as boolean check (value);
