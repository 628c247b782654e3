package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.Reply;
import java.util.Optional;
import java.util.UUID;

/**
 * A part of a payment that goes back, or was to go back.
 *
 * @param id chosen by whoever asked for it; the provider's Idempotency-Key
 */
public record Refund(UUID id, Money amount, String reason, RefundState state) {
    /** A refund that is about to be made. */
    public static Refund requested(UUID id, Money amount, String reason) {
        return new Refund(id, amount, reason, new RefundState.Pending());
    }

    /**
     * The rest of a payment is asked for until the provider gives it back.
     *
     * @throws IllegalStateException unless it was declined
     */
    Refund requestedAgain(Money wanted) {
        boolean wasDeclined = state instanceof RefundState.Failed failed && !failed.isWithdrawn();
        if (!wasDeclined || !wanted.equals(amount)) {
            throw new IllegalStateException("refund " + id + " of " + amount + " is " + state.status() + " already");
        }
        return new Refund(id, amount, reason, new RefundState.Pending());
    }

    public boolean isPending() {
        return state instanceof RefundState.Pending;
    }

    /** What asking for it is answered, or empty while only the provider knows. */
    public Optional<Reply<Refunded>> answer() {
        return state.answer(this);
    }

    /** @throws IllegalStateException if it was decided before, or is about another amount */
    Refund processed(Money refunded) {
        if (!refunded.equals(amount)) {
            throw new IllegalStateException("refund " + id + " is of " + amount + ", not of " + refunded);
        }
        return decided(new RefundState.Processed());
    }

    /** @throws IllegalStateException if it was decided before */
    Refund failed(String code) {
        return decided(new RefundState.Failed(code));
    }

    private Refund decided(RefundState next) {
        if (!isPending()) {
            throw new IllegalStateException("refund " + id + " is " + state.status() + " already");
        }
        return new Refund(id, amount, reason, next);
    }
}
