package io.trolleybus.payment;

import io.trolleybus.chassis.Trace;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import java.util.UUID;

/** What a commit does for one payment. */
sealed interface PaymentWrite {
    UUID id();

    Trace trace();

    /** What the payment is once it is done. */
    Payment after();

    /** A charge is going to be made, unless the payment is there already. */
    record Intend(Payment after, Trace trace) implements PaymentWrite {
        @Override
        public UUID id() {
            return after.id();
        }
    }

    /** Something happened to a payment that is still at the version it was read at. */
    record Change(Payment before, PaymentEvent event, Trace trace) implements PaymentWrite {
        @Override
        public UUID id() {
            return before.id();
        }

        @Override
        public Payment after() {
            return before.apply(event);
        }
    }

    /**
     * What came of it.
     *
     * @param made whether this write did it
     * @param payment as it is now
     */
    record Outcome(boolean made, Payment payment) {}
}
