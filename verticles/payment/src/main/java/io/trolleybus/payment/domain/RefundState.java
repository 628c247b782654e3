package io.trolleybus.payment.domain;

import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.util.Map;
import java.util.Optional;

/** What is known of a refund. Only one that is pending can still change. */
public sealed interface RefundState {
    RefundStatus status();

    /** What asking for it is answered, or empty while only the provider knows. */
    Optional<Reply<Refunded>> answer(Refund refund);

    /** The request is recorded; the provider may or may not have heard of it. */
    record Pending() implements RefundState {
        @Override
        public RefundStatus status() {
            return RefundStatus.PENDING;
        }

        @Override
        public Optional<Reply<Refunded>> answer(Refund refund) {
            return Optional.empty();
        }
    }

    /** The money went back. */
    record Processed() implements RefundState {
        @Override
        public RefundStatus status() {
            return RefundStatus.PROCESSED;
        }

        @Override
        public Optional<Reply<Refunded>> answer(Refund refund) {
            return Optional.of(Reply.done(new Refunded(refund.id(), refund.amount())));
        }
    }

    /** The provider refused for good, or promised never to make it. */
    record Failed(String code) implements RefundState {
        boolean isWithdrawn() {
            return code.equals(Refusals.WITHDRAWN);
        }

        @Override
        public RefundStatus status() {
            return RefundStatus.FAILED;
        }

        @Override
        public Optional<Reply<Refunded>> answer(Refund refund) {
            if (isWithdrawn()) {
                return Optional.of(Reply.refused(code, "the refund was withdrawn before it was made"));
            }
            return Optional.of(Reply.refused(new Refusal(
                    Refusals.REFUND_DECLINED,
                    "the provider declined refund " + refund.id() + ": " + code,
                    Map.of("declineCode", code))));
        }
    }
}
