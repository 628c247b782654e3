package io.trolleybus.gateway;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.Page;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user with orders and payments, gathered from three services: user beside orders, then the payments of the page's
 * orders. A leg that is down leaves its part null instead of spoiling the rest.
 */
final class UserOrders {
    /** Short, since a leg that is down must not hold up those that are not. */
    private static final long LEG_LIMIT_MS = 2_000;

    private final Bus bus;

    UserOrders(Bus bus) {
        this.bus = bus;
    }

    /** What one service answered, or nothing because it is down or was not needed. */
    private record Leg<T>(@Nullable T value, boolean down) {}

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
        UUID id = UserOperations.visibleUser(exchange);
        Page page = Parameters.page(exchange);
        Future<Leg<User>> user =
                leg(bus.readWithin(LEG_LIMIT_MS, exchange, UserMessages.GET, new GetUser(id), User.class));
        Future<Leg<OrderPage>> orders = leg(bus.readWithin(
                LEG_LIMIT_MS, exchange, OrderMessages.FIND, new FindOrders(id, null, page), OrderPage.class));
        Future<Leg<Payments>> payments = orders.compose(found -> payments(exchange, found.value));
        return Future.all(user, payments).map(all -> assemble(user.result(), orders.result(), payments.result()));
    }

    private Future<Leg<Payments>> payments(Exchange exchange, @Nullable OrderPage orders) {
        if (orders == null || orders.items().isEmpty()) {
            return Future.succeededFuture(new Leg<>(null, false));
        }
        var find = new FindPayments(orders.items().stream().map(Order::id).toList());
        return leg(bus.readAsGateway(LEG_LIMIT_MS, exchange, PaymentMessages.FIND, find, Payments.class));
    }

    private static <T> Future<Leg<T>> leg(Future<T> asked) {
        return asked.map(value -> new Leg<T>(value, false)).recover(UserOrders::whenDown);
    }

    private static <T> Future<Leg<T>> whenDown(Throwable cause) {
        boolean down = cause instanceof UnavailableException || cause instanceof BusyException;
        return down ? Future.succeededFuture(new Leg<>(null, true)) : Future.failedFuture(cause);
    }

    private static Answer assemble(Leg<User> user, Leg<OrderPage> orders, Leg<Payments> payments) {
        if (user.down && orders.down) {
            throw new UnavailableException("neither user nor order answers");
        }
        List<String> degraded = new ArrayList<>();
        if (user.down) {
            degraded.add("user");
        }
        if (orders.down) {
            degraded.add("orders");
        }
        if (payments.down) {
            degraded.add("payments");
        }
        return Answer.json(200, new View(user.value, items(orders.value, payments.value), degraded));
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
