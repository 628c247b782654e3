package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One commit of the order service as one statement, so that a batch costs one round trip. While the saga lease is held
 * it claims keys, inserts the orders whose keys were free, moves the orders that are at the version they were read at,
 * and appends the events of all of these to the journal.
 */
final class OrderStatement {
    private static final int CLAIMS = 3;
    private static final int EVENTS = 24;

    static final String SQL = "with held as (" + SagaLease.HOLD + "), claimed as ("
            + Outcomes.claiming(CLAIMS, "held")
            + """
            ), placed as (
              insert into orders (id, user_id, status, version, currency, total, lines, payment_id, payment_status,
                                  captured, created_at, updated_at, saga, saga_owner)
              select o.id, o.user_id, 'PENDING', 1, o.currency, o.total, o.lines::json, o.payment_id, 'PENDING',
                     0, o.at, o.at, o.saga::json, $1
              from unnest($6::uuid[], $7::uuid[], $8::text[], $9::bigint[], $10::text[], $11::uuid[],
                          $12::timestamptz[], $13::text[])
                   as o (id, user_id, currency, total, lines, payment_id, at, saga)
              join claimed c on c.result = o.id
            ), moved as (
              update orders o
              set status = m.status, version = m.version, payment_status = m.payment_status, captured = m.captured,
                  rejection = m.rejection::json, updated_at = m.at, saga = m.saga::json,
                  saga_owner = case when m.ended then null else o.saga_owner end
              from held, unnest($14::uuid[], $15::int[], $16::text[], $17::int[], $18::text[], $19::bigint[],
                                $20::text[], $21::timestamptz[], $22::text[], $23::boolean[])
                   as m (id, expected, status, version, payment_status, captured, rejection, at, saga, ended)
              -- "is not distinct from" cannot use the index of open orders, which is full of those that have ended.
              where o.id = m.id and o.version = m.expected and o.saga_owner is not distinct from $1
              returning o.id
            ),
            """
            + Journal.appending(EVENTS, "select result from claimed union all select id from moved")
            + """
            select 'held' as what, null::uuid as id, null::bigint as position from held
            union all
            select 'claimed', result, null from claimed
            union all
            select 'moved', id, null from moved
            union all
            select 'appended', null, position from taken_positions
            """;

    /** An order that is to be inserted under its key. */
    record Insert(PlacedOrder subject, Outcomes.Claim claim) {}

    /** @param expectedVersion the order's version before it moved */
    record Move(PlacedOrder subject, int expectedVersion, SagaState state, SagaLog log) {}

    private OrderStatement() {}

    /** @param appends the events of all of them, to be written if their order is */
    static Tuple parameters(
            SagaLease lease,
            List<Insert> inserts,
            List<Move> moves,
            Journal<OrderEvent> journal,
            List<Append<OrderEvent>> appends) {
        Tuple parameters = Tuple.of(lease.owner(), lease.epoch());
        Outcomes.addColumns(parameters, inserts.stream().map(Insert::claim).toList());
        addInserts(parameters, inserts.stream().map(Insert::subject).toList());
        addMoves(parameters, moves);
        journal.addColumns(parameters, appends);
        return parameters;
    }

    /** The ids of the orders are among the parameters already: they are what the keys stand for. */
    private static void addInserts(Tuple parameters, List<PlacedOrder> placed) {
        var rows = new Columns<>(placed);
        var orders = new Columns<>(placed.stream().map(PlacedOrder::order).toList());
        parameters
                .addValue(orders.of(UUID[]::new, Order::userId))
                .addValue(orders.of(String[]::new, order -> order.total().currency()))
                .addValue(orders.of(Long[]::new, order -> order.total().amount()))
                .addValue(orders.of(String[]::new, order -> Json.write(order.lines())))
                .addValue(orders.of(UUID[]::new, order -> order.payment().id()))
                .addValue(orders.of(OffsetDateTime[]::new, OrderStatement::updatedAt))
                .addValue(rows.of(String[]::new, SagaColumn::start));
    }

    private static void addMoves(Tuple parameters, List<Move> moves) {
        var rows = new Columns<>(moves);
        var orders =
                new Columns<>(moves.stream().map(move -> move.subject.order()).toList());
        parameters
                .addValue(orders.of(UUID[]::new, Order::id))
                .addValue(rows.of(Integer[]::new, Move::expectedVersion))
                .addValue(
                        orders.of(String[]::new, order -> order.state().status().name()))
                .addValue(orders.of(Integer[]::new, Order::version))
                .addValue(orders.of(
                        String[]::new, order -> order.payment().status().name()))
                .addValue(orders.of(
                        Long[]::new, order -> order.payment().captured().amount()))
                .addValue(orders.of(String[]::new, OrderStatement::rejection))
                .addValue(orders.of(OffsetDateTime[]::new, OrderStatement::updatedAt))
                .addValue(rows.of(String[]::new, move -> SagaColumn.write(move.state, move.log, move.subject)))
                .addValue(rows.of(Boolean[]::new, move -> move.state.hasEnded()));
    }

    private static @Nullable String rejection(Order order) {
        return order.state().rejection().map(Json::write).orElse(null);
    }

    private static OffsetDateTime updatedAt(Order order) {
        return order.updatedAt().atOffset(ZoneOffset.UTC);
    }

    /** Rows turned into the arrays that {@code unnest} takes. */
    private record Columns<T>(List<T> rows) {
        <V> @Nullable V[] of(IntFunction<@Nullable V[]> array, Function<T, @Nullable V> value) {
            return rows.stream().map(value).toArray(array);
        }
    }
}
