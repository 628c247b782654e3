package io.trolleybus.gateway;

import io.trolleybus.gateway.Aggregate.Leg;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user with orders and payments, gathered from three services: user beside orders, then the payments of the page's
 * orders.
 */
final class UserOrders {
    /** Short, since a leg that is down must not hold up those that are not. */
    private static final long LIMIT_MS = 2_000;

    private final Leg<User> user;
    private final Leg<OrderPage> orders;
    private final Leg<Payments> payments;
    private final Aggregate aggregate;

    UserOrders(Bus bus) {
        user = Leg.optional(
                "user",
                (exchange, found, limitMs) ->
                        bus.readPart(limitMs, exchange, UserMessages.GET, new GetUser(userId(exchange)), User.class));
        orders = Leg.optional("orders", (exchange, found, limitMs) -> {
            var find = new FindOrders(userId(exchange), null, Parameters.page(exchange));
            return bus.readPart(limitMs, exchange, OrderMessages.FIND, find, OrderPage.class);
        });
        payments = Leg.<Payments>optional("payments", (exchange, found, limitMs) -> {
                    var ids = found.neededOf(orders).items().stream()
                            .map(Order::id)
                            .toList();
                    return ids.isEmpty()
                            ? Future.succeededFuture(new Payments(List.of()))
                            : bus.readPartAsGateway(
                                    limitMs, exchange, PaymentMessages.FIND, new FindPayments(ids), Payments.class);
                })
                .after(orders);
        aggregate = new Aggregate(bus::nowMs, LIMIT_MS, List.of(user, orders, payments));
    }

    private record View(@Nullable User user, @Nullable Items orders, List<String> degraded) {}

    private record Items(
            List<OrderWithPayment> items, @Nullable String nextCursor) {}

    /** An order whose payment is told by the payment service. */
    private record OrderWithPayment(
            UUID id,
            String number,
            UUID userId,
            OrderMessages.Status status,
            List<OrderLine> lines,
            Money total,
            @Nullable Payment payment,
            @Nullable Rejection rejection,
            List<Shipment> shipments,
            int version,
            Instant createdAt,
            Instant updatedAt,
            List<String> nextActions) {}

    Map<String, Action> actions() {
        return Map.of("getUserOrders", this::answer);
    }

    private Future<Answer> answer(Exchange exchange) {
        userId(exchange);
        Parameters.page(exchange);
        return aggregate
                .gather(exchange)
                .map(found -> Answer.json(
                        200, new View(found.of(user), items(found.of(orders), found.of(payments)), found.degraded())));
    }

    private static UUID userId(Exchange exchange) {
        return UserOperations.visibleUser(exchange);
    }

    private static @Nullable Items items(@Nullable OrderPage orders, @Nullable Payments payments) {
        if (orders == null) {
            return null;
        }
        Map<UUID, Payment> byOrder = new HashMap<>();
        if (payments != null) {
            payments.items().forEach(payment -> byOrder.put(payment.orderId(), payment));
        }
        return new Items(
                orders.items().stream()
                        .map(order -> withPayment(order, byOrder.get(order.id())))
                        .toList(),
                orders.nextCursor());
    }

    private static OrderWithPayment withPayment(Order order, @Nullable Payment payment) {
        return new OrderWithPayment(
                order.id(),
                order.number(),
                order.userId(),
                order.status(),
                order.lines(),
                order.total(),
                payment,
                order.rejection(),
                order.shipments(),
                order.version(),
                order.createdAt(),
                order.updatedAt(),
                order.nextActions());
    }
}
