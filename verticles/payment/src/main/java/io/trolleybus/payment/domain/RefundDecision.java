package io.trolleybus.payment.domain;

import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import java.util.function.Function;

/** What asking a payment for a refund comes to. */
public sealed interface RefundDecision {
    /** What to do with each of the three. */
    record Cases<R>(
            Function<Reply<Refunded>, R> answered,
            Function<RefundRequested, R> accepted,
            Function<Refund, R> underWay) {}

    /** Continues with whichever of the three this is. */
    <R> R fold(Cases<R> cases);

    /** It is decided, now or before. */
    record Answered(Reply<Refunded> reply) implements RefundDecision {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.answered.apply(reply);
        }
    }

    /** There is enough left to refund: to be recorded, before the provider is asked. */
    record Accepted(RefundRequested event) implements RefundDecision {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.accepted.apply(event);
        }
    }

    /** It was recorded before; what became of it only the provider knows. */
    record UnderWay(Refund refund) implements RefundDecision {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.underWay.apply(refund);
        }
    }
}
