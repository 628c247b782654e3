package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked of an order, by people or by the sagas that work for it. */
public sealed interface OrderCommand {
    /** See {@link Order#decide}. */
    Reply<List<OrderEvent>> on(Order order);

    /** The payment is captured and the stock held. */
    record Confirm() implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().confirm(order);
        }
    }

    /** It cannot be fulfilled. */
    record Reject(Rejection rejection) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().reject(rejection);
        }
    }

    /** It is not wanted any more. */
    record RequestCancel(String reason, UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().requestCancel(order, this);
        }
    }

    /**
     * The stock is released and the payment undone.
     *
     * @param givenBack all that was captured; null if nothing was
     */
    record CompleteCancel(@Nullable Money givenBack) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().completeCancel(this);
        }
    }

    /** @param lines distinct SKUs, each with at least one unit; null for all that remains */
    record Ship(
            UUID shipmentId,
            String carrier,
            String trackingId,
            @Nullable List<LineRequest> lines,
            UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().ship(order, this);
        }
    }

    /** All of it has arrived. */
    record Deliver(UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().deliver(this);
        }
    }

    /** @param amount more than nothing; null for all that can be refunded */
    record RequestRefund(UUID refundId, @Nullable Money amount, String reason, UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return order.state().requestRefund(order, this);
        }
    }

    /** The money is given back. */
    record CompleteRefund(UUID refundId) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return Refunds.complete(order, refundId);
        }
    }

    /** An operator has recorded what the payment provider knows of its payment. */
    record NoteReconciled(String reason, UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return Reply.done(
                    List.of(new OrderEvent.PaymentReconciled(order.payment().id(), reason, by)));
        }
    }

    /** An operator has a saga of the order tried again; whether that makes sense is for the saga to know. */
    record RetrySaga(UUID sagaId, String saga, String reason, UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return Reply.done(List.of(new OrderEvent.SagaRetried(sagaId, saga, reason, by)));
        }
    }

    /** An operator has a saga of the order turn back; whether it can is for the saga to know. */
    record CompensateSaga(UUID sagaId, String saga, String reason, UUID by) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return Reply.done(List.of(new OrderEvent.SagaCompensationForced(sagaId, saga, reason, by)));
        }
    }

    /** The money was not given back and will not be. */
    record FailRefund(UUID refundId, Refusal reason) implements OrderCommand {
        @Override
        public Reply<List<OrderEvent>> on(Order order) {
            return Refunds.fail(order, refundId, reason);
        }
    }
}
