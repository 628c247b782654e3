package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.util.Optional;
import java.util.UUID;

/**
 * The provider has the money, less what it gave back.
 *
 * @param refunded what went back; more than its refunds add up to, where a release that did not list them gave it back
 */
public record Captured(Money captured, Money refunded, Refunds refunds) implements PaymentState {
    /** Of a refund that an older release made, and did not ask for by an event of its own: it was always a void's. */
    private static final String UNASKED_REASON = "void";

    private static final String UNSEEN_REASON = "withdrawn before it was asked for";

    /** @throws IllegalArgumentException if more was refunded than captured, or less than nothing */
    public Captured {
        if (refunded.amount() < 0 || captured.minus(refunded).amount() < 0) {
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

    /** While a refund is open nobody can say how much the rest is, so that is decided first. */
    @Override
    public Undo undo() {
        return refunds.pending()
                .<Undo>map(Undo.SettleRefund::new)
                .orElseGet(() -> isRefunded() ? new Undo.Nothing() : new Undo.RefundRest(captured.minus(refunded)));
    }

    @Override
    public Money capturedSoFar(String currency) {
        return captured;
    }

    @Override
    public Money refundedSoFar(String currency) {
        return refunded;
    }

    /** Never less than nothing, even where a release that does not count what is under way gave back the rest. */
    @Override
    public Money refundable(String currency) {
        Money left = captured.minus(refunded).minus(refunds.underWay(captured.currency()));
        return left.amount() < 0 ? Money.zero(left.currency()) : left;
    }

    /** @throws IllegalStateException if less is left, or there is a refund of that id that cannot be asked for again */
    @Override
    public PaymentState requestRefund(UUID refundId, Money amount, String reason) {
        if (amount.amount() > refundable(captured.currency()).amount()) {
            throw new IllegalStateException("refund " + refundId + " is of " + amount + ", which is more than is left");
        }
        Refund asked = refunds.find(refundId)
                .map(known -> known.requestedAgain(amount))
                .orElseGet(() -> Refund.requested(refundId, amount, reason));
        return new Captured(captured, refunded, refunds.with(asked));
    }

    /** @throws IllegalStateException if that refund was decided before */
    @Override
    public PaymentState refund(UUID refundId, Money amount) {
        Refund asked = refunds.find(refundId).orElseGet(() -> Refund.requested(refundId, amount, UNASKED_REASON));
        return new Captured(captured, refunded.plus(amount), refunds.with(asked.processed(amount)));
    }

    /**
     * One that was withdrawn before it was seen is there from now on, so that it never will be made.
     *
     * @throws IllegalStateException if it was decided before, or declined without having been asked for
     */
    @Override
    public PaymentState failRefund(UUID refundId, Money amount, String code) {
        Refund asked = refunds.find(refundId).orElseGet(() -> unseen(refundId, amount, code));
        return new Captured(captured, refunded, refunds.with(asked.failed(code)));
    }

    private static Refund unseen(UUID refundId, Money amount, String code) {
        if (!code.equals(Refusals.WITHDRAWN)) {
            throw new IllegalStateException("refund " + refundId + " was never asked for");
        }
        return Refund.requested(refundId, amount, UNSEEN_REASON);
    }

    private boolean isRefunded() {
        return refunded.equals(captured);
    }
}
