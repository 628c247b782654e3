package io.trolleybus.inventory;

import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.ReservationState;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
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
            select id, state, skus, quantities
            from reservation where id = any ($1::uuid[])
            order by id
            for no key update
            """;

    private static final String FIND = """
            select id, state, skus, quantities
            from reservation where id = any ($1::uuid[])
            """;

    private static final String ALLOCATE = """
            update reservation set state = 'ALLOCATED' where id = any ($1::uuid[]) and state = 'HELD'
            """;

    private static final String RELEASE = """
            update reservation set state = 'RELEASED' where id = any ($1::uuid[])
            """;

    private static final String UNCLAIM = """
            delete from reservation where id = any ($1::uuid[])
            """;

    /** A reservation's row. */
    record Reservation(UUID id, ReservationState state, List<StockLine> lines) {}

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
            for (Row row : rows) {
                var lines = new ArrayList<StockLine>();
                String[] skus = row.getArrayOfStrings(2);
                Integer[] quantities = row.getArrayOfIntegers(3);
                for (int i = 0; i < skus.length; i++) {
                    lines.add(new StockLine(skus[i], quantities[i]));
                }
                var state = ReservationState.valueOf(row.getString(1));
                found.put(row.getUUID(0), new Reservation(row.getUUID(0), state, List.copyOf(lines)));
            }
            return found;
        });
    }

    /** Keeps the stock of those that are held still for good. */
    static Future<?> allocate(SqlConnection tx, Collection<UUID> ids) {
        return change(tx, ALLOCATE, ids);
    }

    /** @param ids of rows that are locked and hold stock */
    static Future<?> release(SqlConnection tx, Collection<UUID> ids) {
        return change(tx, RELEASE, ids);
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
