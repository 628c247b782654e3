package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import java.util.UUID;

/** What happened to a payment. */
public sealed interface PaymentEvent {
    UUID paymentId();

    UUID orderId();

    /** @throws IllegalStateException if this cannot happen in that state */
    PaymentState applyTo(PaymentState state);

    /** The provider captured the amount. */
    record PaymentProcessed(UUID paymentId, UUID orderId, Money amount) implements PaymentEvent {
        @Override
        public PaymentState applyTo(PaymentState state) {
            return state.capture(amount);
        }
    }

    /** The provider declined the charge for good. */
    record PaymentFailed(UUID paymentId, UUID orderId, Money amount, String code) implements PaymentEvent {
        @Override
        public PaymentState applyTo(PaymentState state) {
            return state.decline(code);
        }
    }

    /** The charge was undone before anything was captured, and never will be. */
    record PaymentVoided(UUID paymentId, UUID orderId) implements PaymentEvent {
        @Override
        public PaymentState applyTo(PaymentState state) {
            return state.cancel();
        }
    }

    /** So much is to go back; recorded before the provider is asked. */
    record RefundRequested(UUID paymentId, UUID orderId, UUID refundId, Money amount, String reason)
            implements PaymentEvent {
        @Override
        public PaymentState applyTo(PaymentState state) {
            return state.requestRefund(refundId, amount, reason);
        }
    }

    /** The provider gave so much back. */
    record RefundProcessed(UUID paymentId, UUID orderId, UUID refundId, Money amount) implements PaymentEvent {
        @Override
        public PaymentState applyTo(PaymentState state) {
            return state.refund(refundId, amount);
        }
    }

    /** So much will never be given back: the provider refused it for good, or it was withdrawn. */
    record RefundFailed(UUID paymentId, UUID orderId, UUID refundId, Money amount, String code)
            implements PaymentEvent {
        @Override
        public PaymentState applyTo(PaymentState state) {
            return state.failRefund(refundId, amount, code);
        }
    }
}
