package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.payment.domain.PaymentEvent.RefundFailed;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;

/** What the provider has decided about a refund, once and for ever. */
public sealed interface RefundVerdict {
    /** What this means to a payment whose refund is pending. */
    PaymentEvent settles(Payment payment, Refund refund);

    record Made(Money amount) implements RefundVerdict {
        /** @throws IllegalStateException if another amount went back than was asked for: a person must look */
        @Override
        public PaymentEvent settles(Payment payment, Refund refund) {
            if (!amount.equals(refund.amount())) {
                throw new IllegalStateException(
                        "the provider gave back " + amount + " for refund " + refund.id() + " of " + refund.amount());
            }
            return new RefundProcessed(payment.id(), payment.orderId(), refund.id(), amount);
        }
    }

    /** @param code {@code withdrawn} if that is why it never will be made */
    record Declined(String code) implements RefundVerdict {
        @Override
        public PaymentEvent settles(Payment payment, Refund refund) {
            return new RefundFailed(payment.id(), payment.orderId(), refund.id(), refund.amount(), code);
        }
    }
}
