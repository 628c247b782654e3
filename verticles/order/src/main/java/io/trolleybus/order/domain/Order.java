package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.Refusals;
import java.time.Instant;
import java.util.List;
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
        Payment payment,
        OrderState state,
        Instant createdAt,
        Instant updatedAt) {

    /** What the order knows of its payment. */
    public record Payment(UUID id, PaymentMessages.Status status, Money captured) {
        Payment afterRejection(Rejection rejection) {
            var next = rejection.code().equals(Refusals.PAYMENT_DECLINED)
                    ? PaymentMessages.Status.DECLINED
                    : PaymentMessages.Status.VOIDED;
            return new Payment(id, next, captured);
        }
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

    Order next(Payment newPayment, OrderState newState, Instant at) {
        return new Order(id, version + 1, userId, lines, total, newPayment, newState, createdAt, at);
    }

    static Order existing(@Nullable Order order, UUID id) {
        if (order == null) {
            throw new IllegalStateException("order " + id + " was not created");
        }
        return order;
    }
}
