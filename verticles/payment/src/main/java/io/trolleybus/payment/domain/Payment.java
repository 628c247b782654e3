package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.PaymentEvent.RefundFailed;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One payment as it stands.
 *
 * @param id chosen by whoever asked for the charge; the provider's Idempotency-Key
 * @param amount what is to be charged
 * @param version how many events it has; a payment of version 0 is not settled
 */
public record Payment(UUID id, UUID orderId, Money amount, PaymentState state, int version) {
    /** ISO 4217's code for "no currency": of a payment that was undone before anybody said how much it was about. */
    public static final String NO_CURRENCY = "XXX";

    /** So many refunds may be asked for, failed ones included; the rest can still go back by a void. */
    static final int MAX_REFUNDS = 100;
    /** As much as a person reads. */
    static final int MAX_REASON_CHARS = 1_000;

    /** A charge that is about to be made. */
    public static Payment intent(UUID id, UUID orderId, Money amount) {
        return new Payment(id, orderId, amount, new PaymentState.Pending(), 0);
    }

    /** A payment of which nothing is known, but that it must never be charged; to be closed by its first event. */
    public static Payment unseen(UUID id, UUID orderId) {
        return intent(id, orderId, Money.zero(NO_CURRENCY));
    }

    /** @throws IllegalStateException if this event cannot happen to a payment in this state */
    public Payment apply(PaymentEvent event) {
        return new Payment(id, orderId, amount, event.applyTo(state), version + 1);
    }

    /** Whether a charge for that much of that order is this payment; one that nobody has seen may be any. */
    public boolean isFor(UUID order, Money charge) {
        return orderId.equals(order)
                && (amount.equals(charge) || amount.currency().equals(NO_CURRENCY));
    }

    /** What a charge is answered, or empty while only the provider knows. */
    public Optional<Reply<Charged>> answerToCharge() {
        return state.answerToCharge(id);
    }

    /** What asking for that refund comes to; that it is about this payment's order, the caller has seen. */
    public RefundDecision decide(RefundPayment asked) {
        return refunds()
                .find(asked.refundId())
                .map(known -> again(known, asked))
                .orElseGet(() -> anew(asked));
    }

    private static RefundDecision again(Refund known, RefundPayment asked) {
        if (!known.amount().equals(asked.amount())) {
            return new RefundDecision.Answered(
                    Reply.refused(Refusals.IDEMPOTENCY_KEY_REUSED, "refund " + known.id() + " is of another amount"));
        }
        return known.answer()
                .<RefundDecision>map(RefundDecision.Answered::new)
                .orElseGet(() -> new RefundDecision.UnderWay(known));
    }

    private RefundDecision anew(RefundPayment asked) {
        return refusal(asked)
                .<RefundDecision>map(refusal -> new RefundDecision.Answered(Reply.refused(refusal)))
                .orElseGet(() -> new RefundDecision.Accepted(
                        new RefundRequested(id, orderId, asked.refundId(), asked.amount(), asked.reason())));
    }

    /** What withdrawing a refund that was never seen comes to: from then on it is refused; empty if it is anyway. */
    public Optional<RefundFailed> tombstone(WithdrawRefund asked) {
        return captured().amount() == 0
                ? Optional.empty()
                : Optional.of(new RefundFailed(id, orderId, asked.refundId(), asked.amount(), Refusals.WITHDRAWN));
    }

    private Optional<Refusal> refusal(RefundPayment asked) {
        if (asked.amount().amount() <= 0) {
            return invalid("an amount to refund must be positive");
        }
        if (asked.reason().length() > MAX_REASON_CHARS) {
            return invalid("a reason may have at most " + MAX_REASON_CHARS + " characters");
        }
        if (captured().amount() > 0 && !asked.amount().currency().equals(amount.currency())) {
            return invalid("payment " + id + " was captured in " + amount.currency());
        }
        if (refunds().all().size() >= MAX_REFUNDS) {
            return invalid("payment " + id + " has had " + MAX_REFUNDS + " refunds already");
        }
        long refundable = state.refundable(amount.currency()).amount();
        return asked.amount().amount() > refundable
                ? Optional.of(new Refusal(
                        Refusals.REFUND_EXCEEDS_CAPTURED,
                        "of payment " + id + " " + refundable + " minor units are left to refund",
                        Map.of("refundable", refundable)))
                : Optional.empty();
    }

    private static Optional<Refusal> invalid(String detail) {
        return Optional.of(Refusal.of(Refusals.INVALID, detail));
    }

    public Refunds refunds() {
        return state.refunds();
    }

    public Money captured() {
        return state.capturedSoFar(amount.currency());
    }

    public Money refunded() {
        return state.refundedSoFar(amount.currency());
    }
}
