package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order as the fold of its events. Immutable.
 *
 * @param version number of events so far
 */
public record Order(
        UUID id,
        int version,
        UUID userId,
        List<OrderLine> lines,
        Money total,
        OrderPayment payment,
        List<Shipment> shipments,
        OrderState state,
        Instant createdAt,
        Instant updatedAt) {

    public Order {
        lines = List.copyOf(lines);
        shipments = List.copyOf(shipments);
    }

    /** What a command leads to: the events that follow, none if it is so already; or why it is refused. */
    public Reply<List<OrderEvent>> decide(OrderCommand command) {
        return command.on(this);
    }

    /** The order after one more event. */
    public Order after(OrderEvent event, Instant at) {
        return event.applyTo(this, id, at);
    }

    /** The order after more events. */
    public Order after(List<OrderEvent> events, Instant at) {
        Order order = this;
        for (OrderEvent event : events) {
            order = order.after(event, at);
        }
        return order;
    }

    /** How many units of each SKU have not left the warehouse, in the order of the lines; without those that have. */
    public Map<String, Integer> unshipped() {
        Map<String, Integer> left = new LinkedHashMap<>();
        lines.forEach(line -> left.put(line.sku(), line.quantity()));
        shipments.forEach(
                shipment -> shipment.lines().forEach(line -> left.merge(line.sku(), -line.quantity(), Integer::sum)));
        left.values().removeIf(quantity -> quantity == 0);
        return left;
    }

    Order next(OrderPayment newPayment, OrderState newState, Instant at) {
        return new Order(id, version + 1, userId, lines, total, newPayment, shipments, newState, createdAt, at);
    }

    /** The same, of which something was noted. */
    Order next(Instant at) {
        return next(payment, state, at);
    }

    /** The same but for its payment. */
    Order next(OrderPayment newPayment, Instant at) {
        return next(newPayment, state, at);
    }

    /** The same but for its state. */
    Order next(OrderState newState, Instant at) {
        return next(payment, newState, at);
    }

    Order shipped(Shipment shipment, Instant at) {
        var all = new ArrayList<>(shipments);
        all.add(shipment);
        var shipped = new Order(id, version + 1, userId, lines, total, payment, all, state, createdAt, at);
        OrderState newState =
                shipped.unshipped().isEmpty() ? new OrderState.Shipped() : new OrderState.PartiallyShipped();
        return new Order(id, version + 1, userId, lines, total, payment, all, newState, createdAt, at);
    }

    static Order existing(@Nullable Order order, UUID id) {
        if (order == null) {
            throw new IllegalStateException("order " + id + " was not created");
        }
        return order;
    }
}
