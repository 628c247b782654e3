package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Shipment;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What can have happened to an order. Stored for ever: a component may be added, never renamed without an upcaster. Of
 * people they say their user's id only.
 */
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
            var payment = OrderPayment.pending(paymentId, total.currency());
            return new Order(id, 1, userId, lines, total, payment, List.of(), new OrderState.Pending(), at, at);
        }
    }

    /** The total was captured. */
    record PaymentProcessed(UUID paymentId, Money amount) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            return existing.next(existing.payment().captured(amount), at);
        }
    }

    /** Stock is held and paid for. */
    record OrderConfirmed() implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            return Order.existing(order, id).next(new OrderState.Confirmed(), at);
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

    /** Somebody gave the order up; from now on its stock is released and its payment undone. */
    record OrderCancelRequested(String reason, UUID by) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            return Order.existing(order, id).next(new OrderState.Cancelling(reason), at);
        }
    }

    /**
     * Nothing is held any more, and all that was paid is given back.
     *
     * @param givenBack all that was captured, whether or not the order had heard of it; null if nothing was, and in
     *     events of older releases
     */
    record OrderCancelled(@Nullable Money givenBack) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            String why = existing.state().cancellation().orElse("");
            return existing.next(existing.payment().undone(givenBack), new OrderState.Cancelled(why), at);
        }
    }

    /** These units left the warehouse. */
    record OrderShipped(UUID shipmentId, String carrier, String trackingId, List<LineRequest> lines, UUID by)
            implements OrderEvent {
        public OrderShipped {
            lines = List.copyOf(lines);
        }

        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            return Order.existing(order, id).shipped(new Shipment(shipmentId, carrier, trackingId, lines, at), at);
        }
    }

    /** All of it arrived. */
    record OrderDelivered(UUID by) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            return Order.existing(order, id).next(new OrderState.Delivered(), at);
        }
    }

    /** So much is to be given back. */
    record RefundRequested(UUID refundId, Money amount, String reason, UUID by) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            return existing.next(existing.payment().refundRequested(refundId, amount, reason, at), at);
        }
    }

    /** So much was given back. */
    record RefundProcessed(UUID refundId, Money amount) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            return existing.next(existing.payment().refundProcessed(refundId, amount), at);
        }
    }

    /** Nothing was given back, and will not be: the payment provider refuses it. */
    record RefundFailed(UUID refundId, String code, String detail) implements OrderEvent {
        @Override
        public Order applyTo(@Nullable Order order, UUID id, Instant at) {
            Order existing = Order.existing(order, id);
            return existing.next(existing.payment().refundFailed(refundId, detail), at);
        }
    }

    /** An operator stepped in, for a reason among operators. */
    sealed interface Intervention extends OrderEvent {
        @Override
        default Order applyTo(@Nullable Order order, UUID id, Instant at) {
            return Order.existing(order, id).next(at);
        }
    }

    /** An operator had a saga of the order tried again. */
    record SagaRetried(UUID sagaId, String saga, String reason, UUID by) implements Intervention {}

    /** An operator had a saga of the order turn back. */
    record SagaCompensationForced(UUID sagaId, String saga, String reason, UUID by) implements Intervention {}

    /** An operator has recorded what the payment provider had decided, and nobody had heard. */
    record PaymentReconciled(UUID paymentId, String reason, UUID by) implements Intervention {}
}
