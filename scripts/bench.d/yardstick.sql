-- One order as one interactive transaction: a round trip per statement, as a hand-written monolith sends it.
\set buyer random(1, 100000)
\set first random(1, 5000)
\set second random(5001, 10000)
begin;
update stock set free = free - 1, held = held + 1 where product = :first and free >= 1 returning unit_price as first_price \gset
update stock set free = free - 2, held = held + 2 where product = :second and free >= 2 returning unit_price as second_price \gset
\set amount :first_price + 2 * :second_price
insert into purchase (buyer, state, amount) values (:buyer, 'CONFIRMED', :amount) returning id as purchase \gset
insert into purchase_line (purchase, position, product, units, unit_price) values
  (:purchase, 1, :first, 1, :first_price),
  (:purchase, 2, :second, 2, :second_price);
insert into payment (purchase, amount) values (:purchase, :amount);
insert into purchase_event (purchase, version, kind, detail) values
  (:purchase, 1, 'OrderCreated', jsonb_build_object('buyer', :buyer::int, 'lines', jsonb_build_array(
    jsonb_build_object('product', :first::int, 'units', 1, 'unitPrice', :first_price::int),
    jsonb_build_object('product', :second::int, 'units', 2, 'unitPrice', :second_price::int)))),
  (:purchase, 2, 'StockReserved', jsonb_build_object('lines', jsonb_build_array(
    jsonb_build_object('product', :first::int, 'units', 1, 'unitPrice', :first_price::int),
    jsonb_build_object('product', :second::int, 'units', 2, 'unitPrice', :second_price::int)))),
  (:purchase, 3, 'PaymentProcessed', jsonb_build_object('amount', :amount::bigint)),
  (:purchase, 4, 'OrderConfirmed', jsonb_build_object('amount', :amount::bigint));
commit;
