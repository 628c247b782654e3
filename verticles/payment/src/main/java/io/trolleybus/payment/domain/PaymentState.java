package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of a payment. A transition is illegal unless a state says otherwise.
 *
 * <pre>
 *   Pending, Unknown ──capture──▶ Captured ──requestRefund, then refund or failRefund──▶ Captured (up to all of it)
 *                    ──decline──▶ Declined
 *                    ──cancel───▶ Voided
 * </pre>
 */
public sealed interface PaymentState permits PaymentState.Open, Captured, PaymentState.Declined, PaymentState.Voided {
    Status status();

    /** What a charge is answered, or empty while only the provider knows. */
    Optional<Reply<Charged>> answerToCharge(UUID paymentId);

    /** What is left to do until nothing is or will be captured. */
    Undo undo();

    default Money capturedSoFar(String currency) {
        return Money.zero(currency);
    }

    default Money refundedSoFar(String currency) {
        return Money.zero(currency);
    }

    /** What may still be asked to go back: that which was captured, less all refunds, those under way included. */
    default Money refundable(String currency) {
        return Money.zero(currency);
    }

    default Refunds refunds() {
        return Refunds.NONE;
    }

    default PaymentState capture(Money amount) {
        throw illegal("captured");
    }

    default PaymentState decline(String code) {
        throw illegal("declined");
    }

    default PaymentState cancel() {
        throw illegal("voided");
    }

    default PaymentState requestRefund(UUID refundId, Money amount, String reason) {
        throw illegal("asked for a refund");
    }

    default PaymentState refund(UUID refundId, Money amount) {
        throw illegal("refunded");
    }

    default PaymentState failRefund(UUID refundId, Money amount, String code) {
        throw illegal("refused a refund");
    }

    private IllegalStateException illegal(String happened) {
        return new IllegalStateException("a payment that is " + status() + " cannot be " + happened);
    }

    /** Not settled: the provider was not asked yet, or nobody heard its answer. */
    sealed interface Open extends PaymentState {
        @Override
        default Optional<Reply<Charged>> answerToCharge(UUID paymentId) {
            return Optional.empty();
        }

        @Override
        default Undo undo() {
            return new Undo.VoidCharge();
        }

        @Override
        default PaymentState capture(Money amount) {
            return new Captured(amount, Money.zero(amount.currency()), Refunds.NONE);
        }

        @Override
        default PaymentState decline(String code) {
            return new Declined(code);
        }

        @Override
        default PaymentState cancel() {
            return new Voided();
        }
    }

    /** The intent is recorded. */
    record Pending() implements Open {
        @Override
        public Status status() {
            return Status.PENDING;
        }
    }

    /** The provider was asked, and its answer did not come. */
    record Unknown() implements Open {
        @Override
        public Status status() {
            return Status.UNKNOWN;
        }
    }

    /** The provider refused. */
    record Declined(String code) implements PaymentState {
        @Override
        public Status status() {
            return Status.DECLINED;
        }

        @Override
        public Optional<Reply<Charged>> answerToCharge(UUID paymentId) {
            return Optional.of(Reply.refused(new Refusal(
                    Refusals.PAYMENT_DECLINED, "the payment was declined: " + code, Map.of("declineCode", code))));
        }

        @Override
        public Undo undo() {
            return new Undo.Nothing();
        }
    }

    /** Undone before anything was captured. */
    record Voided() implements PaymentState {
        @Override
        public Status status() {
            return Status.VOIDED;
        }

        @Override
        public Optional<Reply<Charged>> answerToCharge(UUID paymentId) {
            return Optional.of(Reply.refused(Refusals.VOIDED, "the payment was voided before it was charged"));
        }

        @Override
        public Undo undo() {
            return new Undo.Nothing();
        }
    }
}
