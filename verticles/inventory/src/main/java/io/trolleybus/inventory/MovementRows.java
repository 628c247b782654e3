package io.trolleybus.inventory;

import io.trolleybus.model.InventoryMessages.Movement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The statements on the history of stock movements, to which rows are only ever added. */
final class MovementRows {
    private static final String INSERT = """
            insert into stock_movement (sku, id, quantity, kind, reason, moved_by, on_hand)
            select sku, id, quantity, kind, reason, moved_by, on_hand
            from unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[])
                 as movement (sku, id, quantity, kind, reason, moved_by, on_hand)
            """;

    private static final String FIND = """
            select id, sku, quantity, kind, reason, moved_by, on_hand, recorded_at
            from stock_movement where sku = $1 and id = $2
            """;

    /**
     * Ids are given under the lock of the SKU's stock and ascend with time, so their order is that of the movements.
     */
    private static final String LIST = """
            select id, sku, quantity, kind, reason, moved_by, on_hand, recorded_at
            from stock_movement where sku = $1 and ($2::uuid is null or id < $2)
            order by id desc limit $3
            """;

    private MovementRows() {}

    static Future<?> insert(SqlConnection tx, List<NewMovement> movements) {
        if (movements.isEmpty()) {
            return Future.succeededFuture();
        }
        var columns = Tuple.tuple()
                .addValue(movements.stream().map(NewMovement::sku).toArray(String[]::new))
                .addValue(movements.stream().map(NewMovement::id).toArray(UUID[]::new))
                .addValue(movements.stream().map(NewMovement::quantity).toArray(Integer[]::new))
                .addValue(movements.stream().map(m -> m.kind().wireName()).toArray(String[]::new))
                .addValue(movements.stream().map(NewMovement::reason).toArray(String[]::new))
                .addValue(movements.stream().map(NewMovement::by).toArray(String[]::new))
                .addValue(movements.stream().map(NewMovement::onHand).toArray(Integer[]::new));
        return tx.preparedQuery(INSERT).execute(columns);
    }

    /** Empty if the SKU has no such movement. */
    static Future<Optional<Movement>> find(SqlClient client, String sku, UUID id) {
        return client.preparedQuery(FIND).execute(Tuple.of(sku, id)).map(rows -> {
            var found = movements(rows);
            return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
        });
    }

    /**
     * Newest first.
     *
     * @param before only those before this one; null for all
     */
    static Future<List<Movement>> list(SqlClient client, String sku, @Nullable UUID before, int limit) {
        var parameters = Tuple.tuple().addString(sku).addUUID(before).addInteger(limit);
        return client.preparedQuery(LIST).execute(parameters).map(MovementRows::movements);
    }

    private static List<Movement> movements(Iterable<Row> rows) {
        var movements = new ArrayList<Movement>();
        for (Row row : rows) {
            movements.add(new Movement(
                    row.getUUID(0),
                    row.getString(1),
                    row.getInteger(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getInteger(6),
                    row.getOffsetDateTime(7).toInstant()));
        }
        return movements;
    }
}
