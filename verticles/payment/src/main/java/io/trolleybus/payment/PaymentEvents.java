package io.trolleybus.payment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trolleybus.journal.EventTypes;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentEvent.PaymentFailed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentProcessed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentVoided;
import io.trolleybus.payment.domain.PaymentEvent.RefundFailed;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import java.util.List;
import java.util.UUID;

/** The names under which this service's events are stored; they never change. */
final class PaymentEvents {
    static final EventTypes<PaymentEvent> TYPES = new EventTypes<PaymentEvent>()
            .add("PaymentProcessed", PaymentProcessed.class)
            .add("PaymentFailed", PaymentFailed.class)
            .add("PaymentVoided", PaymentVoided.class)
            .add("RefundRequested", RefundRequested.class)
            .add("RefundProcessed", RefundProcessed.class, List.of(PaymentEvents::withRefundId))
            .add("RefundFailed", RefundFailed.class);

    private PaymentEvents() {}

    /** Version 1 was a void's refund, right after the capture, under a key that follows from the payment. */
    private static ObjectNode withRefundId(ObjectNode event) {
        UUID payment = UUID.fromString(event.path("paymentId").asText());
        return event.put("refundId", UndoPayment.refundId(payment, 0).toString());
    }
}
