package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.Reply;
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

    public Money captured() {
        return state.capturedSoFar(amount.currency());
    }

    public Money refunded() {
        return state.refundedSoFar(amount.currency());
    }
}
