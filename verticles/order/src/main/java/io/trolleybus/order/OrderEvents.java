package io.trolleybus.order;

import io.trolleybus.journal.EventTypes;
import io.trolleybus.order.domain.OrderEvent;

/** The wire names under which the order's events are stored; they never change. */
final class OrderEvents {
    static final EventTypes<OrderEvent> TYPES = new EventTypes<OrderEvent>()
            .add("OrderCreated", OrderEvent.OrderCreated.class)
            .add("PaymentProcessed", OrderEvent.PaymentProcessed.class)
            .add("OrderConfirmed", OrderEvent.OrderConfirmed.class)
            .add("OrderRejected", OrderEvent.OrderRejected.class)
            .add("OrderCancelRequested", OrderEvent.OrderCancelRequested.class)
            .add("OrderCancelled", OrderEvent.OrderCancelled.class)
            .add("OrderShipped", OrderEvent.OrderShipped.class)
            .add("OrderDelivered", OrderEvent.OrderDelivered.class)
            .add("RefundRequested", OrderEvent.RefundRequested.class)
            .add("RefundProcessed", OrderEvent.RefundProcessed.class)
            .add("RefundFailed", OrderEvent.RefundFailed.class)
            .add("PaymentReconciled", OrderEvent.PaymentReconciled.class)
            .add("SagaRetried", OrderEvent.SagaRetried.class)
            .add("SagaCompensationForced", OrderEvent.SagaCompensationForced.class);

    private OrderEvents() {}
}
