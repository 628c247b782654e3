package io.trolleybus.order;

import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.PaymentView;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderNumber;
import io.trolleybus.order.domain.OrderPayment;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The read side: orders as clients see them. */
final class OrderViews {
    private static final String GET = "select " + OrderRows.COLUMNS + " from orders where id = $1";

    private static final String FIND_OF_USER = "select " + OrderRows.COLUMNS + """
            from orders where user_id = $1 and ($2::text is null or status = $2) and ($3::uuid is null or id < $3)
            order by id desc limit $4
            """;

    private static final String FIND_ALL = "select " + OrderRows.COLUMNS + """
            from orders where ($1::text is null or status = $1) and ($2::uuid is null or id < $2)
            order by id desc limit $3
            """;

    private final SqlClient client;

    OrderViews(SqlClient client) {
        this.client = client;
    }

    Future<@Nullable Order> get(UUID id) {
        return client.preparedQuery(GET).execute(Tuple.of(id)).map(rows -> {
            for (Row row : rows) {
                return OrderRows.order(row);
            }
            return null;
        });
    }

    /** Newest first; of one user, or with null of everybody. */
    Future<OrderPage> find(@Nullable UUID userId, FindOrders wanted, @Nullable UUID before, Principal reader) {
        Status status = wanted.status();
        int limit = wanted.page().limit();
        String name = status == null ? null : status.name();
        Future<RowSet<Row>> rows = userId == null
                ? client.preparedQuery(FIND_ALL).execute(Tuple.of(name, before, limit + 1))
                : client.preparedQuery(FIND_OF_USER).execute(Tuple.of(userId, name, before, limit + 1));
        return rows.map(found -> page(found, limit, reader));
    }

    private static OrderPage page(RowSet<Row> rows, int limit, Principal reader) {
        List<OrderMessages.Order> items = new ArrayList<>(rows.size());
        rows.forEach(row -> items.add(view(OrderRows.order(row), reader)));
        if (items.size() <= limit) {
            return new OrderPage(items, null);
        }
        var page = items.subList(0, limit);
        return new OrderPage(page, page.get(limit - 1).id().toString());
    }

    static Refusal notFound(UUID orderId) {
        return Refusal.of(Refusals.NOT_FOUND, "there is no order " + orderId);
    }

    /** @param reader who is told what can be done with it */
    static OrderMessages.Order view(Order order, Principal reader) {
        OrderPayment payment = order.payment();
        return new OrderMessages.Order(
                order.id(),
                OrderNumber.of(order.id()),
                order.userId(),
                order.state().status(),
                order.lines(),
                order.total(),
                new PaymentView(payment.id(), payment.status(), payment.captured(), payment.refunded()),
                order.state().rejection().orElse(null),
                order.state().cancellation().orElse(null),
                order.shipments(),
                payment.refunds(),
                order.version(),
                order.createdAt(),
                order.updatedAt(),
                NextActions.of(order, reader));
    }
}
