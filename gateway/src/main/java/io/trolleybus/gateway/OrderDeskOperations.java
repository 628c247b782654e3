package io.trolleybus.gateway;

import io.trolleybus.model.AboutOrder;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.CancelOrder;
import io.trolleybus.model.OrderMessages.DeliverOrder;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.ShipOrder;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.OrderMessages.Status;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done with orders that are placed. */
final class OrderDeskOperations {
    private final Bus bus;

    OrderDeskOperations(Bus bus) {
        this.bus = bus;
    }

    private record Cancellation(String reason) {}

    private record NewShipment(
            String carrier, String trackingId, @Nullable List<LineRequest> lines) {}

    private record NewRefund(@Nullable Money amount, String reason) {}

    Map<String, Action> actions() {
        return Map.of(
                "cancelOrder", this::cancel,
                "shipOrder", this::ship,
                "deliverOrder", this::deliver,
                "refundOrder", this::refund);
    }

    private Future<Answer> cancel(Exchange exchange) {
        var command = new CancelOrder(Parameters.id(exchange), exchange.body(Cancellation.class).reason);
        return send(exchange, OrderMessages.CANCEL, command, Order.class)
                .map(order -> Answer.json(order.status() == Status.CANCELLED ? 200 : 202, order));
    }

    private Future<Answer> ship(Exchange exchange) {
        NewShipment shipment = exchange.body(NewShipment.class);
        List<LineRequest> lines = shipment.lines;
        if (lines != null) {
            OrderOperations.requireDistinctSkus(lines);
        }
        var command = new ShipOrder(
                Parameters.id(exchange),
                Parameters.idempotencyKey(exchange),
                shipment.carrier,
                shipment.trackingId,
                lines);
        return send(exchange, OrderMessages.SHIP, command, Shipment.class).map(shipped -> Answer.json(201, shipped));
    }

    private Future<Answer> deliver(Exchange exchange) {
        var command = new DeliverOrder(Parameters.id(exchange));
        return send(exchange, OrderMessages.DELIVER, command, Order.class).map(order -> Answer.json(200, order));
    }

    private Future<Answer> refund(Exchange exchange) {
        NewRefund refund = exchange.body(NewRefund.class);
        var command = new RefundOrder(
                Parameters.id(exchange), Parameters.idempotencyKey(exchange), refund.amount, refund.reason);
        return send(exchange, OrderMessages.REFUND, command, OrderRefund.class)
                .map(requested -> Answer.json(201, requested));
    }

    /** Each of them may be repeated: by its key, or because it finds the order as it wants it. */
    private <R> Future<R> send(Exchange exchange, String address, AboutOrder command, Class<R> result) {
        return bus.repeat(exchange, address, command, result);
    }
}
