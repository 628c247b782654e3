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
 *   Pending, Unknown ──capture──▶ Captured ──refund──▶ Captured (up to all of it)
 *                    ──decline──▶ Declined
 *                    ──cancel───▶ Voided
 * </pre>
 */
public sealed interface PaymentState {
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

    default PaymentState capture(Money amount) {
        throw illegal("captured");
    }

    default PaymentState decline(String code) {
        throw illegal("declined");
    }

    default PaymentState cancel() {
        throw illegal("voided");
    }

    default PaymentState refund(Money amount) {
        throw illegal("refunded");
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
            return new Captured(amount, Money.zero(amount.currency()));
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

    /** The provider has the money, less what it gave back. */
    record Captured(Money captured, Money refunded) implements PaymentState {
        /** @throws IllegalArgumentException if more was refunded than captured, or less than nothing */
        public Captured {
            if (refunded.amount() < 0 || rest(captured, refunded).amount() < 0) {
                throw new IllegalArgumentException("cannot have refunded " + refunded + " of " + captured);
            }
        }

        @Override
        public Status status() {
            if (refunded.amount() == 0) {
                return Status.CAPTURED;
            }
            return isRefunded() ? Status.REFUNDED : Status.PARTIALLY_REFUNDED;
        }

        /** A charge that comes again after all was given back is too late, like one that comes after a void. */
        @Override
        public Optional<Reply<Charged>> answerToCharge(UUID paymentId) {
            return Optional.of(
                    isRefunded()
                            ? Reply.refused(Refusals.VOIDED, "the payment has been refunded")
                            : Reply.done(new Charged(paymentId, captured)));
        }

        @Override
        public Undo undo() {
            return isRefunded() ? new Undo.Nothing() : new Undo.Refund(rest(captured, refunded));
        }

        @Override
        public Money capturedSoFar(String currency) {
            return captured;
        }

        @Override
        public Money refundedSoFar(String currency) {
            return refunded;
        }

        @Override
        public PaymentState refund(Money amount) {
            return new Captured(captured, refunded.plus(amount));
        }

        private boolean isRefunded() {
            return refunded.equals(captured);
        }

        private static Money rest(Money captured, Money refunded) {
            return captured.minus(refunded);
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
