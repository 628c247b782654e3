package io.trolleybus.inventory;

import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.inventory.domain.ReservationState;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The statements of a batch on the reservation table. */
final class ReservationRows {
    /** Arrays of arrays would be flattened, so each row's lines come as the text of an array. */
    private static final String CLAIM = """
            insert into reservation (id, state, skus, quantities)
            select id, state, skus::text[], quantities::int[]
            from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as claim (id, state, skus, quantities)
            on conflict (id) do nothing
            returning id
            """;

    private static final String LOCK = """
            select id, state, skus, quantities, shipped, shipments
            from reservation where id = any ($1::uuid[])
            order by id
            for no key update
            """;

    private static final String FIND = """
            select id, state, skus, quantities, shipped, shipments
            from reservation where id = any ($1::uuid[])
            """;

    private static final String ALLOCATE = """
            update reservation set state = 'ALLOCATED' where id = any ($1::uuid[]) and state = 'HELD'
            """;

    private static final String RELEASE = """
            update reservation set state = 'RELEASED' where id = any ($1::uuid[])
            """;

    private static final String SHIP = """
            update reservation set state = sale.state, shipped = sale.shipped::int[], shipments = sale.shipments::uuid[]
            from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as sale (id, state, shipped, shipments)
            where reservation.id = sale.id
            """;

    private static final String UNCLAIM = """
            delete from reservation where id = any ($1::uuid[])
            """;

    private ReservationRows() {}

    /**
     * Inserts a hold for each command that reserves and a tombstone for each that releases, unless there is a row
     * already; waits for another transaction that is inserting one of them.
     *
     * @param items with distinct ids
     * @return those that were inserted
     */
    static Future<Set<UUID>> claim(SqlConnection tx, List<? extends StockCommand> items) {
        int count = items.size();
        var ids = new UUID[count];
        var states = new String[count];
        var skus = new String[count];
        var quantities = new String[count];
        var ordered = new ArrayList<StockCommand>(items);
        // Two batches that insert the same ids in the same order cannot wait for each other.
        ordered.sort(Comparator.comparing(StockCommand::id));
        for (int i = 0; i < count; i++) {
            StockCommand item = ordered.get(i);
            ids[i] = item.id();
            if (item instanceof Reserve reserve) {
                states[i] = ReservationState.HELD.name();
                skus[i] = LineArrays.skus(reserve.lines());
                quantities[i] = LineArrays.quantities(reserve.lines());
            } else {
                states[i] = ReservationState.RELEASED.name();
                skus[i] = LineArrays.NONE;
                quantities[i] = LineArrays.NONE;
            }
        }
        var parameters =
                Tuple.tuple().addValue(ids).addValue(states).addValue(skus).addValue(quantities);
        return tx.preparedQuery(CLAIM).execute(parameters).map(rows -> {
            var claimed = new HashSet<UUID>(count * 2);
            rows.forEach(row -> claimed.add(row.getUUID(0)));
            return claimed;
        });
    }

    /** Locks what is there of the given ids, in their order. The map may be changed. */
    static Future<Map<UUID, Reservation>> lock(SqlConnection tx, UUID[] ids) {
        return ids.length == 0 ? Future.succeededFuture(new HashMap<>()) : read(tx, LOCK, ids);
    }

    /** Reads what is there of the given ids. */
    static Future<Map<UUID, Reservation>> find(SqlConnection tx, UUID[] ids) {
        return read(tx, FIND, ids);
    }

    private static Future<Map<UUID, Reservation>> read(SqlConnection tx, String sql, UUID[] ids) {
        return tx.preparedQuery(sql).execute(Tuple.tuple().addValue(ids)).map(rows -> {
            var found = new HashMap<UUID, Reservation>();
            rows.forEach(row -> found.put(row.getUUID(0), reservation(row)));
            return found;
        });
    }

    private static Reservation reservation(Row row) {
        var lines = new ArrayList<StockLine>();
        String[] skus = row.getArrayOfStrings(2);
        Integer[] quantities = row.getArrayOfIntegers(3);
        for (int i = 0; i < skus.length; i++) {
            lines.add(new StockLine(skus[i], quantities[i]));
        }
        var state = ReservationState.valueOf(row.getString(1));
        Integer[] shipped = row.getArrayOfIntegers(4);
        UUID[] shipments = row.getArrayOfUUIDs(5);
        return new Reservation(
                row.getUUID(0),
                state,
                List.copyOf(lines),
                shipped == null ? Collections.nCopies(skus.length, 0) : List.of(shipped),
                shipments == null ? List.of() : List.of(shipments));
    }

    /** Keeps the stock of those that are held still for good. */
    static Future<?> allocate(SqlConnection tx, Collection<UUID> ids) {
        return change(tx, ALLOCATE, ids);
    }

    /** @param ids of rows that are locked and hold stock */
    static Future<?> release(SqlConnection tx, Collection<UUID> ids) {
        return change(tx, RELEASE, ids);
    }

    /** Writes what has left of those, which are locked. */
    static Future<?> ship(SqlConnection tx, Collection<Reservation> sales) {
        if (sales.isEmpty()) {
            return Future.succeededFuture();
        }
        var columns = Tuple.tuple()
                .addValue(sales.stream().map(Reservation::id).toArray(UUID[]::new))
                .addValue(sales.stream().map(sale -> sale.state().name()).toArray(String[]::new))
                .addValue(sales.stream()
                        .map(sale -> LineArrays.plain(sale.shipped()))
                        .toArray(String[]::new))
                .addValue(sales.stream()
                        .map(sale -> LineArrays.plain(sale.shipments()))
                        .toArray(String[]::new));
        return tx.preparedQuery(SHIP).execute(columns);
    }

    /** Takes back what this transaction has claimed. */
    static Future<?> unclaim(SqlConnection tx, Collection<UUID> ids) {
        return change(tx, UNCLAIM, ids);
    }

    private static Future<?> change(SqlConnection tx, String sql, Collection<UUID> ids) {
        return ids.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(sql).execute(Tuple.tuple().addValue(ids.toArray(UUID[]::new)));
    }
}
