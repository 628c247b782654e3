package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.PaymentMessages;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can have happened to an order. Stored for ever: a component may be added, never renamed without an upcaster. */
public sealed interface OrderEvent {
    /**
     * The order after this event.
     *
     * @param order before it; null if this is its first
     * @throws IllegalStateException if this cannot have happened to such an order
     */
    Order applyTo(@Nullable Order order, UUID id, Instant at);

    /** The customer ordered at these prices. */
    record OrderCreated(UUID userId, List<OrderLine> lines, Money total, UUID paymentId) implements OrderEvent {
        public OrderCreated {
            lines = List.copyOf(lines);
        }

        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            if (order != null) {
                throw new IllegalStateException("order " + id + " was created before");
            }
            var payment = new Order.Payment(paymentId, PaymentMessages.Status.PENDING, Money.zero(total.currency()));
            return new Order(id, 1, userId, lines, total, payment, new OrderState.Pending(), at, at);
        }
    }

    /** The total was captured. */
    record PaymentProcessed(UUID paymentId, Money amount) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            var payment = new Order.Payment(paymentId, PaymentMessages.Status.CAPTURED, amount);
            return Order.existing(order, id)
                    .next(payment, Order.existing(order, id).state(), at);
        }
    }

    /** Stock is held and paid for. */
    record OrderConfirmed() implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            return existing.next(existing.payment(), new OrderState.Confirmed(), at);
        }
    }

    /** The order cannot be fulfilled; nothing is held, nothing is charged. */
    record OrderRejected(Rejection rejection) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            return existing.next(existing.payment().afterRejection(rejection), new OrderState.Rejected(rejection), at);
        }
    }
}
