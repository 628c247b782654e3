package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the payment service answers. */
public final class PaymentMessages {
    public static final String SERVICE = "payment";
    public static final String CHARGE = "payment.charge";
    public static final String VOID = "payment.void";
    public static final String REFUND = "payment.refund";
    public static final String WITHDRAW_REFUND = "payment.withdraw-refund";
    public static final String FIND = "payment.find";

    private PaymentMessages() {}

    /**
     * Charges once, however often it is sent. Answers {@link Charged}; refused with {@code payment-declined} (fact
     * {@code declineCode}) or {@code voided}. Fails as unavailable while the provider's answer is unknown: send it
     * again.
     *
     * @param paymentId chosen by the sender; the provider's Idempotency-Key
     * @param token what the customer pays with
     */
    public record Charge(UUID paymentId, UUID orderId, Money amount, String token) implements AboutOrder {
        /** Without the token, so that it can be logged. */
        @Override
        public String toString() {
            return "Charge " + paymentId + " of " + amount + " for order " + orderId;
        }
    }

    /**
     * Undoes a charge whatever became of it. Answers {@link Voided}: nothing is or will be captured, or what was
     * captured is refunded. Fails as unavailable until the provider has said which.
     */
    public record VoidPayment(UUID paymentId, UUID orderId, String reason) implements AboutOrder {}

    /**
     * Gives a part of what was captured back, once however often it is sent under its {@code refundId}. Answers
     * {@link Refunded}; refused with {@code refund-exceeds-captured} (fact {@code refundable}, in minor units: what was
     * captured less all refunds, those under way included), {@code refund-declined} (fact {@code declineCode}),
     * {@code withdrawn}, {@code not-found}, or {@code idempotency-key-reused} if the id is that of a refund of another
     * amount. With {@code provider-failed} it is still under way: the provider was asked, and could not. Fails as
     * unavailable while there is no answer. In both cases send it again.
     *
     * @param refundId chosen by the sender; the provider's Idempotency-Key
     * @param reason for a person, at most 1,000 characters
     */
    public record RefundPayment(UUID refundId, UUID paymentId, UUID orderId, Money amount, String reason)
            implements AboutOrder {}

    /**
     * Has a refund decided for good, however often it is sent. Answers {@link Refunded} if the money went back; refused
     * with {@code withdrawn} if it did not and never will, whatever copies of {@link RefundPayment} are still on their
     * way, and as that is if it was refused before. Fails as unavailable until the provider has said which.
     *
     * @param amount of the refund
     */
    public record WithdrawRefund(UUID refundId, UUID paymentId, UUID orderId, Money amount) implements AboutOrder {}

    /** Answers {@link Payments} of the given orders, at most 100 of them. */
    public record FindPayments(List<UUID> orderIds) {}

    public record Charged(UUID paymentId, Money captured) {}

    /** @param refunded all that was given back, partial refunds of before included */
    public record Voided(UUID paymentId, Money refunded) {}

    /** @param amount of this refund */
    public record Refunded(UUID refundId, Money amount) {}

    public enum Status {
        PENDING,
        CAPTURED,
        DECLINED,
        PARTIALLY_REFUNDED,
        REFUNDED,
        UNKNOWN,
        VOIDED
    }

    /** {@code PENDING}: asked for, and the provider has not said yet what became of it. */
    public enum RefundStatus {
        PENDING,
        PROCESSED,
        FAILED
    }

    public record Refund(UUID id, Money amount, RefundStatus status, String reason, Instant createdAt) {}

    /** @param refunds the oldest first; a void gives back by one as well, whose reason begins with {@code void:} */
    public record Payment(
            UUID id,
            UUID orderId,
            Status status,
            Money amount,
            Money captured,
            Money refunded,
            @Nullable String declineCode,
            Instant createdAt,
            List<Refund> refunds) {
        /** An older payment service says nothing of its refunds, which is told as none. */
        public Payment {
            refunds = refunds == null ? List.of() : List.copyOf(refunds);
        }
    }

    public record Payments(List<Payment> items) {}
}
