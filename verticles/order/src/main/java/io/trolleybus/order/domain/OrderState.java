package io.trolleybus.order.domain;

import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.OrderCommand.CompleteCancel;
import io.trolleybus.order.domain.OrderCommand.Deliver;
import io.trolleybus.order.domain.OrderCommand.RequestCancel;
import io.trolleybus.order.domain.OrderCommand.RequestRefund;
import io.trolleybus.order.domain.OrderCommand.Ship;
import io.trolleybus.order.domain.OrderEvent.OrderCancelRequested;
import io.trolleybus.order.domain.OrderEvent.OrderCancelled;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.OrderDelivered;
import io.trolleybus.order.domain.OrderEvent.OrderRejected;
import io.trolleybus.order.domain.OrderEvent.PaymentProcessed;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where an order stands. Each command answers as {@link Order#decide} says; what a state does not override is refused
 * in it.
 */
public sealed interface OrderState {
    Status status();

    default Reply<List<OrderEvent>> confirm(Order order) {
        return refused("confirmed");
    }

    default Reply<List<OrderEvent>> reject(Rejection rejection) {
        return refused("rejected");
    }

    default Reply<List<OrderEvent>> requestCancel(Order order, RequestCancel command) {
        return refused("cancelled");
    }

    default Reply<List<OrderEvent>> completeCancel(CompleteCancel command) {
        return refused("brought to the end of a cancellation");
    }

    default Reply<List<OrderEvent>> ship(Order order, Ship command) {
        return refused("shipped");
    }

    default Reply<List<OrderEvent>> deliver(Deliver command) {
        return refused("delivered");
    }

    default Reply<List<OrderEvent>> requestRefund(Order order, RequestRefund command) {
        return refused("refunded");
    }

    /** Why it was rejected, if it was. */
    default Optional<Rejection> rejection() {
        return Optional.empty();
    }

    /** Why it is or was cancelled, if so. */
    default Optional<String> cancellation() {
        return Optional.empty();
    }

    private Reply<List<OrderEvent>> refused(String what) {
        return Reply.refused(new Refusal(
                Refusals.ORDER_STATE,
                "an order that is " + status() + " cannot be " + what,
                Map.of("status", status().name())));
    }

    /** Accepted; its saga is under way. */
    record Pending() implements OrderState {
        @Override
        public Status status() {
            return Status.PENDING;
        }

        @Override
        public Reply<List<OrderEvent>> confirm(Order order) {
            return Reply.done(List.of(new PaymentProcessed(order.payment().id(), order.total()), new OrderConfirmed()));
        }

        @Override
        public Reply<List<OrderEvent>> reject(Rejection rejection) {
            return Reply.done(List.of(new OrderRejected(rejection)));
        }

        @Override
        public Reply<List<OrderEvent>> requestCancel(Order order, RequestCancel command) {
            return Reply.done(List.of(new OrderCancelRequested(command.reason(), command.by())));
        }
    }

    /** Whose payment is captured, and can be given back. */
    sealed interface Paid extends OrderState {
        @Override
        default Reply<List<OrderEvent>> requestRefund(Order order, RequestRefund command) {
            return Refunds.request(order, command);
        }
    }

    /** Held and paid for. */
    record Confirmed() implements Paid {
        @Override
        public Status status() {
            return Status.CONFIRMED;
        }

        /** Not beside a refund: which of the two gives what back would be for the provider to find out. */
        @Override
        public Reply<List<OrderEvent>> requestCancel(Order order, RequestCancel command) {
            return order.payment().isRefunding()
                    ? Reply.refused(Refusals.REFUND_UNDER_WAY, "a refund of the order is under way")
                    : Reply.done(List.of(new OrderCancelRequested(command.reason(), command.by())));
        }

        @Override
        public Reply<List<OrderEvent>> ship(Order order, Ship command) {
            return Shipping.ship(order, command);
        }
    }

    /** A part has left the warehouse. */
    record PartiallyShipped() implements Paid {
        @Override
        public Status status() {
            return Status.PARTIALLY_SHIPPED;
        }

        @Override
        public Reply<List<OrderEvent>> ship(Order order, Ship command) {
            return Shipping.ship(order, command);
        }
    }

    /** All of it has left the warehouse. */
    record Shipped() implements Paid {
        @Override
        public Status status() {
            return Status.SHIPPED;
        }

        @Override
        public Reply<List<OrderEvent>> deliver(Deliver command) {
            return Reply.done(List.of(new OrderDelivered(command.by())));
        }
    }

    /** All of it has arrived. */
    record Delivered() implements Paid {
        @Override
        public Status status() {
            return Status.DELIVERED;
        }

        @Override
        public Reply<List<OrderEvent>> deliver(Deliver command) {
            return Reply.done(List.of());
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

    /** To be given up; the stock is not released yet, or the payment not undone. */
    record Cancelling(String why) implements OrderState {
        @Override
        public Status status() {
            return Status.CANCELLING;
        }

        @Override
        public Reply<List<OrderEvent>> requestCancel(Order order, RequestCancel command) {
            return Reply.done(List.of());
        }

        @Override
        public Reply<List<OrderEvent>> completeCancel(CompleteCancel command) {
            return Reply.done(List.of(new OrderCancelled(command.givenBack())));
        }

        @Override
        public Optional<String> cancellation() {
            return Optional.of(why);
        }
    }

    /** Given up: nothing is held, and nothing kept of what was paid. */
    record Cancelled(String why) implements OrderState {
        @Override
        public Status status() {
            return Status.CANCELLED;
        }

        @Override
        public Reply<List<OrderEvent>> requestCancel(Order order, RequestCancel command) {
            return Reply.done(List.of());
        }

        @Override
        public Reply<List<OrderEvent>> completeCancel(CompleteCancel command) {
            return Reply.done(List.of());
        }

        @Override
        public Optional<String> cancellation() {
            return Optional.of(why);
        }
    }
}
