package io.trolleybus.inventory;

import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockReserved;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The holds of a batch as one statement, and so one round trip, for a batch of which nothing is to be decided because
 * there is plenty. It claims the reservations, takes the units of those that were new, and appends their events. If a
 * SKU has too few after all, the check on the table refuses the statement as a whole; so does that of
 * {@code uneventful} if a SKU runs low by it, which has to be told.
 *
 * <p>The last query reads its parts in the order in which everything here is locked: reservations, stock by SKU, the
 * head of the journal.
 */
final class HoldStatement {
    private static final int EVENTS = 8;

    static final String SQL = """
            with claimed as (
              insert into reservation (id, state, skus, quantities)
              select id, 'HELD', skus::text[], quantities::int[]
              from unnest($1::uuid[], $2::text[], $3::text[]) as claim (id, skus, quantities)
              on conflict (id) do nothing
              returning id
            ), wanted as (
              select line.sku, sum(line.quantity)::int as quantity
              from claimed join unnest($4::uuid[], $5::text[], $6::int[]) as line (id, sku, quantity) using (id)
              group by line.sku
              order by line.sku
            ), taken as (
              update stock set reserved = stock.reserved + wanted.quantity
              from wanted
              where stock.sku = wanted.sku
              returning stock.sku, stock.on_hand - stock.reserved as available,
                (stock.on_hand - stock.reserved >= $7
                  or stock.on_hand - stock.reserved + wanted.quantity < $7)::uneventful as is_uneventful
            ),
            """ + Journal.appending(EVENTS, "select id from claimed") + """
            select id, null as sku, null::int as available, null::bigint as position from claimed
            union all
            select null, sku, available, null from taken where is_uneventful
            union all
            select null, null, null, position from taken_positions
            """;

    /**
     * What the statement did.
     *
     * @param held the reservations that were new
     * @param available what is left of each SKU they took
     * @param position the last that was taken in the journal
     */
    record Result(Set<UUID> held, Map<String, Integer> available, long position) {}

    private HoldStatement() {}

    /** @param items with distinct ids, and lines of SKUs that are known */
    static Tuple parameters(List<Reserve> items, LowStock lowStock, Journal<InventoryEvent> journal) {
        List<Reserve> ordered =
                items.stream().sorted(Comparator.comparing(Reserve::id)).toList();
        int count = ordered.stream().mapToInt(item -> item.lines().size()).sum();
        var owners = new UUID[count];
        var skus = new String[count];
        var quantities = new Integer[count];
        int i = 0;
        for (Reserve item : ordered) {
            for (StockLine line : item.lines()) {
                owners[i] = item.id();
                skus[i] = line.sku();
                quantities[i] = line.quantity();
                i++;
            }
        }
        Tuple parameters = Tuple.tuple()
                .addValue(ordered.stream().map(Reserve::id).toArray(UUID[]::new))
                .addValue(ordered.stream()
                        .map(Reserve::lines)
                        .map(LineArrays::skus)
                        .toArray(String[]::new))
                .addValue(ordered.stream()
                        .map(Reserve::lines)
                        .map(LineArrays::quantities)
                        .toArray(String[]::new))
                .addValue(owners)
                .addValue(skus)
                .addValue(quantities)
                .addValue(lowStock.threshold());
        journal.addColumns(
                parameters, ordered.stream().map(HoldStatement::append).toList());
        return parameters;
    }

    /** Being reserved is the first event of a reservation. */
    static Append<InventoryEvent> append(Reserve item) {
        return new Append<>(item.id(), 0, List.of(new StockReserved(item.id(), item.lines())), item.trace());
    }

    static Result result(RowSet<Row> rows) {
        var held = new HashSet<UUID>();
        var available = new HashMap<String, Integer>();
        long position = 0;
        for (Row row : rows) {
            UUID id = row.getUUID(0);
            String sku = row.getString(1);
            if (id != null) {
                held.add(id);
            } else if (sku != null) {
                available.put(sku, row.getInteger(2));
            } else {
                position = row.getLong(3);
            }
        }
        return new Result(held, available, position);
    }
}
