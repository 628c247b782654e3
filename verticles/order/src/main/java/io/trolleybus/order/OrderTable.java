package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.order.domain.Order;
import io.trolleybus.saga.SagaState;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The writes to {@code orders}, each for many rows at once. */
final class OrderTable {
    private static final String INSERT = """
            insert into orders (id, user_id, status, version, currency, total, lines, payment_id, payment_status,
                                captured, created_at, updated_at, saga, saga_owner)
            select o.id, o.user_id, o.status, 1, o.currency, o.total, o.lines::json, o.payment_id, o.payment_status, 0,
                   o.at, o.at, o.saga::json, $11
            from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::uuid[],
                        $8::text[], $9::timestamptz[], $10::text[])
                 as o (id, user_id, status, currency, total, lines, payment_id, payment_status, at, saga)
            """;

    private static final String MOVE = """
            update orders o
            set status = m.status, version = m.version, payment_status = m.payment_status, captured = m.captured,
                rejection = m.rejection::json, updated_at = m.at, saga = m.saga::json,
                saga_owner = case when m.ended then null else o.saga_owner end
            from unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::text[], $6::bigint[], $7::text[],
                        $8::timestamptz[], $9::text[], $10::boolean[])
                 as m (id, expected, status, version, payment_status, captured, rejection, at, saga, ended)
            where o.id = m.id and o.version = m.expected and o.saga_owner = $11
            returning o.id
            """;

    /** @param expectedVersion the order's version before it moved */
    record Move(PlacedOrder subject, int expectedVersion, SagaState state) {}

    private OrderTable() {}

    /** Adds new orders with a saga at its start. */
    static Future<?> insert(SqlConnection tx, List<PlacedOrder> placed, String owner) {
        if (placed.isEmpty()) {
            return Future.succeededFuture();
        }
        var rows = new Columns<>(placed);
        var orders = new Columns<>(placed.stream().map(PlacedOrder::order).toList());
        return tx.preparedQuery(INSERT)
                .execute(Tuple.tuple()
                        .addValue(orders.of(UUID[]::new, Order::id))
                        .addValue(orders.of(UUID[]::new, Order::userId))
                        .addValue(orders.of(
                                String[]::new, order -> order.state().status().name()))
                        .addValue(
                                orders.of(String[]::new, order -> order.total().currency()))
                        .addValue(orders.of(Long[]::new, order -> order.total().amount()))
                        .addValue(orders.of(String[]::new, order -> Json.write(order.lines())))
                        .addValue(
                                orders.of(UUID[]::new, order -> order.payment().id()))
                        .addValue(orders.of(
                                String[]::new, order -> order.payment().status().name()))
                        .addValue(orders.of(OffsetDateTime[]::new, OrderTable::updatedAt))
                        .addValue(rows.of(String[]::new, SagaColumn::start))
                        .addString(owner));
    }

    /**
     * @return the ids of the orders that were at the expected version and belong to the owner; the others are as before
     */
    static Future<Set<UUID>> move(SqlConnection tx, List<Move> moves, String owner) {
        if (moves.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        var rows = new Columns<>(moves);
        var orders =
                new Columns<>(moves.stream().map(move -> move.subject.order()).toList());
        return tx.preparedQuery(MOVE)
                .execute(Tuple.tuple()
                        .addValue(orders.of(UUID[]::new, Order::id))
                        .addValue(rows.of(Integer[]::new, Move::expectedVersion))
                        .addValue(orders.of(
                                String[]::new, order -> order.state().status().name()))
                        .addValue(orders.of(Integer[]::new, Order::version))
                        .addValue(orders.of(
                                String[]::new, order -> order.payment().status().name()))
                        .addValue(orders.of(
                                Long[]::new, order -> order.payment().captured().amount()))
                        .addValue(orders.of(String[]::new, OrderTable::rejection))
                        .addValue(orders.of(OffsetDateTime[]::new, OrderTable::updatedAt))
                        .addValue(rows.of(String[]::new, move -> SagaColumn.write(move.state, move.subject)))
                        .addValue(rows.of(Boolean[]::new, move -> move.state.hasEnded()))
                        .addString(owner))
                .map(updated -> {
                    var ids = new HashSet<UUID>();
                    updated.forEach(row -> ids.add(row.getUUID(0)));
                    return ids;
                });
    }

    private static @Nullable String rejection(Order order) {
        return order.state().rejection().map(Json::write).orElse(null);
    }

    private static OffsetDateTime updatedAt(Order order) {
        return order.updatedAt().atOffset(ZoneOffset.UTC);
    }

    /** Rows turned into the arrays that {@code unnest} takes. */
    private record Columns<T>(List<T> rows) {
        <V> @Nullable V[] of(java.util.function.IntFunction<@Nullable V[]> array, Function<T, @Nullable V> value) {
            return rows.stream().map(value).toArray(array);
        }
    }
}
