package io.trolleybus.order;

import io.trolleybus.chassis.LastingSpan;
import io.trolleybus.chassis.Trace;
import io.trolleybus.order.domain.Order;

/**
 * What the place-order saga is about.
 *
 * @param sagaVersion of the saga's table, by which it goes on whatever is current
 * @param paymentToken what the customer pays with; empty once the saga has ended
 * @param span of the saga, within the request that placed the order
 */
record PlacedOrder(Order order, int sagaVersion, String paymentToken, LastingSpan span) {
    PlacedOrder with(Order changed) {
        return new PlacedOrder(changed, sagaVersion, paymentToken, span);
    }

    Trace trace() {
        return span.trace();
    }

    /** Without the token, so that it can be logged. */
    @Override
    public String toString() {
        return "PlacedOrder " + order.id();
    }
}
