package io.trolleybus.payment.domain;

import io.trolleybus.model.Money;
import io.trolleybus.payment.domain.PaymentEvent.PaymentFailed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentProcessed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentVoided;

/** What the provider has decided about a charge, once and for ever. */
public sealed interface Verdict {
    /** What this means to a payment that is not settled. */
    PaymentEvent settles(Payment payment);

    record Captured(Money amount) implements Verdict {
        /** @throws IllegalStateException if another amount was captured than was asked for: a person must look */
        @Override
        public PaymentEvent settles(Payment payment) {
            if (!amount.equals(payment.amount())) {
                throw new IllegalStateException(
                        "the provider captured " + amount + " for payment " + payment.id() + " of " + payment.amount());
            }
            return new PaymentProcessed(payment.id(), payment.orderId(), amount);
        }
    }

    record Declined(String code) implements Verdict {
        @Override
        public PaymentEvent settles(Payment payment) {
            return new PaymentFailed(payment.id(), payment.orderId(), payment.amount(), code);
        }
    }

    record Voided() implements Verdict {
        @Override
        public PaymentEvent settles(Payment payment) {
            return new PaymentVoided(payment.id(), payment.orderId());
        }
    }
}
