package io.trolleybus.gateway;

import io.trolleybus.chassis.Call;
import io.trolleybus.gateway.Rejected.PartError;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payments;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Orders. */
final class OrderOperations {
    private static final long MS_PER_S = 1_000;

    /**
     * One message waits no longer than this for the order's end, so that it is answered before its attempt times out.
     */
    private static final int MAX_WAIT_PER_MESSAGE_MS = 8_000;

    private final Bus bus;
    private final OrderUpdates updates;

    OrderOperations(Bus bus, OrderUpdates updates) {
        this.bus = bus;
        this.updates = updates;
    }

    private record NewOrder(List<LineRequest> lines, PaymentMethod payment) {}

    private record PaymentMethod(String token) {
        /** Without the token, so that it can be logged. */
        @Override
        public String toString() {
            return "PaymentMethod";
        }
    }

    Map<String, Action> actions() {
        return Map.of(
                "placeOrder", this::place,
                "getOrder", this::get,
                "findOrders", this::find,
                "getOrderEvents", this::events,
                "followOrder", this::follow,
                "getOrderPayments", this::payments);
    }

    /** @throws Rejected if a SKU stands in two lines, which JSON Schema cannot say */
    static void requireDistinctSkus(List<LineRequest> lines) {
        Set<String> seen = new HashSet<>();
        List<PartError> errors = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!seen.add(lines.get(i).sku())) {
                errors.add(new PartError("/lines/" + i + "/sku", "stands in another line already"));
            }
        }
        if (!errors.isEmpty()) {
            throw Rejected.invalid("Each SKU may stand in one line only.", errors);
        }
    }

    private Future<Answer> place(Exchange exchange) {
        String key = Parameters.idempotencyKey(exchange);
        NewOrder order = exchange.body(NewOrder.class);
        requireDistinctSkus(order.lines);
        int waitS = Parameters.waitSeconds(exchange);
        Call call = bus.newCall(exchange, Bus.WRITE_LIMIT_MS + waitS * MS_PER_S);
        return placeAndWait(exchange, call, key, order, bus.nowMs() + waitS * MS_PER_S)
                .map(placed -> {
                    Answer answer = Answer.created("/api/v1/orders/" + placed.id(), placed);
                    return waitS == 0 ? answer : answer.with("Preference-Applied", "wait=" + waitS);
                });
    }

    /** Sends the same command under the same id until the order has ended or the wait is over. */
    private Future<Order> placeAndWait(Exchange exchange, Call call, String key, NewOrder order, long untilMs) {
        long leftMs = Math.max(0, untilMs - bus.nowMs());
        int waitMs = (int) Math.min(MAX_WAIT_PER_MESSAGE_MS, leftMs);
        var command = new PlaceOrder(key, order.lines, order.payment.token, waitMs);
        return bus.repeat(exchange, call, OrderMessages.PLACE, command, Order.class)
                .compose(placed -> placed.status() == Status.PENDING && leftMs > waitMs && exchange.isWanted()
                        ? placeAndWait(exchange, call, key, order, untilMs)
                        : Future.succeededFuture(placed));
    }

    private Future<Answer> get(Exchange exchange) {
        var query =
                new GetOrder(Parameters.id(exchange), Parameters.version(exchange), Parameters.instant(exchange, "at"));
        if (query.version() != null && query.at() != null) {
            throw Rejected.parameter("at", "cannot stand beside version");
        }
        return bus.read(exchange, OrderMessages.GET, query, Order.class).map(order -> Answer.json(200, order));
    }

    private Future<Answer> find(Exchange exchange) {
        UUID userId = Parameters.uuid(exchange, "userId");
        if (userId != null && !exchange.principal().maySee(userId)) {
            throw Rejected.because(ProblemType.FORBIDDEN, "Only an operator may ask for another user's orders.");
        }
        var query =
                new FindOrders(userId, Parameters.choice(exchange, "status", Status.class), Parameters.page(exchange));
        return bus.read(exchange, OrderMessages.FIND, query, OrderPage.class).map(page -> Answer.json(200, page));
    }

    private Future<Answer> events(Exchange exchange) {
        var query = new GetEvents(Parameters.id(exchange));
        return bus.read(exchange, OrderMessages.EVENTS, query, OrderHistory.class)
                .map(history -> Answer.json(200, history));
    }

    private Future<Answer> follow(Exchange exchange) {
        return updates.follow(exchange, Parameters.id(exchange), Parameters.lastEventId(exchange));
    }

    /** The order service says whether the caller may see the order; only then is the payment service asked. */
    private Future<Answer> payments(Exchange exchange) {
        var query = new GetOrder(Parameters.id(exchange));
        return bus.read(exchange, OrderMessages.GET, query, Order.class)
                .compose(order -> bus.readAsGateway(
                        Bus.READ_LIMIT_MS,
                        exchange,
                        PaymentMessages.FIND,
                        new FindPayments(List.of(order.id())),
                        Payments.class))
                .map(payments -> Answer.json(200, payments));
    }
}
