-- What the journal says of the stock of each SKU, added up as far as the row of that name in subscription says. The stock
-- itself is held against it, plus what the journal says since.
create table stock_fold (
  sku text collate "C" primary key,
  on_hand bigint not null,
  reserved bigint not null
);
insert into subscription (name, position) values ('stock-fold', 0);

grant select, insert, update on stock_fold to ${runtime};
