package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.journal.Facts;
import io.trolleybus.journal.Streams;
import io.trolleybus.journal.Streams.Told;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Orders as their rows and as their events tell them, both at one moment. For one event loop. */
final class OrderRecords {
    private static final int UNDER_WAY = 16;

    private static final String FIND = "select " + OrderRows.COLUMNS + """
            , saga_owner is not null
              or exists (select from order_saga s where s.order_id = orders.id and s.owner is not null)
            from orders where id = any ($1::uuid[])
            """;

    private final Database database;

    OrderRecords(Database database) {
        this.database = database;
    }

    /**
     * One order.
     *
     * @param order as its events tell it; null if they do not, or not to this program
     * @param isUnderWay whether something is to happen to it by itself
     * @param lastPosition of its last event in the journal
     * @param difference between its events and its row
     */
    record OrderRecord(
            UUID id,
            @Nullable Order order,
            boolean isUnderWay,
            long lastPosition,
            Optional<Facts.Difference> difference) {
        /** Whether money and stock have to be as it says. */
        boolean isSettled() {
            return order != null && !isUnderWay;
        }

        boolean isStill(@Nullable OrderRecord later) {
            return later != null && later.isSettled() && later.lastPosition == lastPosition;
        }
    }

    /** Those of the orders of which there is anything, by id. */
    Future<Map<UUID, OrderRecord>> find(Collection<UUID> ids) {
        return database.snapshot(tx -> rows(tx, ids)
                .compose(rows -> Streams.read(tx, OrderEvents.TYPES, ids).map(told -> records(rows, told))));
    }

    private static Future<Map<UUID, Row>> rows(SqlConnection tx, Collection<UUID> ids) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.tuple().addValue(ids.toArray(UUID[]::new)))
                .map(found -> {
                    Map<UUID, Row> rows = new HashMap<>();
                    found.forEach(row -> rows.put(row.getUUID(0), row));
                    return rows;
                });
    }

    private static Map<UUID, OrderRecord> records(Map<UUID, Row> rows, Map<UUID, Told<OrderEvent>> told) {
        Map<UUID, OrderRecord> records = new HashMap<>();
        Set<UUID> all = new HashSet<>(rows.keySet());
        all.addAll(told.keySet());
        all.forEach(id -> records.put(id, record(id, rows.get(id), told.get(id))));
        return records;
    }

    private static OrderRecord record(UUID id, @Nullable Row row, @Nullable Told<OrderEvent> told) {
        if (told != null && !told.isKnown()) {
            return new OrderRecord(id, null, true, told.lastPosition(), Optional.empty());
        }
        long lastPosition = told == null ? 0 : told.lastPosition();
        Order order;
        try {
            order = new OrderStory(id, told == null ? List.of() : told.events()).whole();
        } catch (IllegalStateException | IllegalArgumentException impossible) {
            var difference = new Facts.Difference(
                    "an order to which its events can have happened", String.valueOf(impossible.getMessage()));
            return new OrderRecord(id, null, true, lastPosition, Optional.of(difference));
        }
        boolean isUnderWay = (row != null && row.getBoolean(UNDER_WAY)) || (order != null && isToEnd(order));
        return new OrderRecord(id, order, isUnderWay, lastPosition, facts(order).differenceOf(factsOf(row)));
    }

    private static boolean isToEnd(Order order) {
        Status status = order.state().status();
        return status == Status.PENDING || status == Status.CANCELLING;
    }

    private static Facts factsOf(@Nullable Row row) {
        try {
            return facts(row == null ? null : OrderRows.order(row));
        } catch (RuntimeException unreadable) {
            return new Facts().and("row", "is not one of an order: " + unreadable.getMessage());
        }
    }

    /** All that the row says beside what belongs to sagas. */
    private static Facts facts(@Nullable Order order) {
        var facts = new Facts().and("row", order == null ? null : "of an order");
        if (order == null) {
            return facts;
        }
        return facts.and("status", order.state().status())
                .and("version", order.version())
                .and("user", order.userId())
                .and("total", Conservation.text(order.total()))
                .and("payment", order.payment().id())
                .and("paymentStatus", order.payment().status())
                .and("captured", Conservation.text(order.payment().captured()))
                .and("refunded", Conservation.text(order.payment().refunded()))
                .and("refunds", order.payment().refunds())
                .and("lines", order.lines())
                .and("shipments", order.shipments())
                .and("rejection", order.state().rejection().orElse(null))
                .and("cancellation", order.state().cancellation().orElse(null))
                .and("createdAt", order.createdAt())
                .and("updatedAt", order.updatedAt());
    }
}
