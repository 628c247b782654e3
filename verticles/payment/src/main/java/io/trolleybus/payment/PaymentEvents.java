package io.trolleybus.payment;

import io.trolleybus.journal.EventTypes;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentEvent.PaymentFailed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentProcessed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentVoided;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;

/** The names under which this service's events are stored; they never change. */
final class PaymentEvents {
    static final EventTypes<PaymentEvent> TYPES = new EventTypes<PaymentEvent>()
            .add("PaymentProcessed", PaymentProcessed.class)
            .add("PaymentFailed", PaymentFailed.class)
            .add("PaymentVoided", PaymentVoided.class)
            .add("RefundProcessed", RefundProcessed.class);

    private PaymentEvents() {}
}
