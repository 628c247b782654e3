package io.trolleybus.order.domain;

import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.OrderRejected;
import io.trolleybus.order.domain.OrderEvent.PaymentProcessed;
import java.util.List;
import java.util.Optional;

/** Where an order stands. What a state does not override is not legal in it, and answers empty. */
public sealed interface OrderState {
    Status status();

    /** The payment is captured and the stock held: what follows. */
    default Optional<List<OrderEvent>> confirm(Order order) {
        return Optional.empty();
    }

    /** It cannot be fulfilled: what follows. */
    default Optional<List<OrderEvent>> reject(Rejection rejection) {
        return Optional.empty();
    }

    /** Why it was rejected, if it was. */
    default Optional<Rejection> rejection() {
        return Optional.empty();
    }

    /** Accepted; its saga is under way. */
    record Pending() implements OrderState {
        @Override
        public Status status() {
            return Status.PENDING;
        }

        @Override
        public Optional<List<OrderEvent>> confirm(Order order) {
            return Optional.of(
                    List.of(new PaymentProcessed(order.payment().id(), order.total()), new OrderConfirmed()));
        }

        @Override
        public Optional<List<OrderEvent>> reject(Rejection rejection) {
            return Optional.of(List.of(new OrderRejected(rejection)));
        }
    }

    /** Held and paid for. */
    record Confirmed() implements OrderState {
        @Override
        public Status status() {
            return Status.CONFIRMED;
        }
    }

    /** Ended without effect. */
    record Rejected(Rejection why) implements OrderState {
        @Override
        public Status status() {
            return Status.REJECTED;
        }

        @Override
        public Optional<Rejection> rejection() {
            return Optional.of(why);
        }
    }
}
