package io.trolleybus.payment;

import io.trolleybus.chassis.Trace;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.Refund;
import java.util.List;
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

        /** The refunds that the event has added or decided. */
        List<Refund> refunds() {
            List<Refund> known = before.refunds().all();
            return after().refunds().all().stream()
                    .filter(refund -> !known.contains(refund))
                    .toList();
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
