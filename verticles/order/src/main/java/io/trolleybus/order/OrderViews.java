package io.trolleybus.order;

import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.PaymentView;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderNumber;
import io.trolleybus.order.domain.OrderPayment;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Single orders as clients see them, from their rows. */
final class OrderViews {
    private static final String GET = "select " + OrderRows.COLUMNS + " from orders where id = $1";

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
