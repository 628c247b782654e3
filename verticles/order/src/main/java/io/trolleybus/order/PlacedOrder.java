package io.trolleybus.order;

import io.trolleybus.chassis.Trace;
import io.trolleybus.order.domain.Order;

/**
 * What the place-order saga is about.
 *
 * @param paymentToken what the customer pays with; empty once the saga has ended
 * @param trace of the request that placed it
 */
record PlacedOrder(Order order, String paymentToken, Trace trace) {
    PlacedOrder with(Order changed) {
        return new PlacedOrder(changed, paymentToken, trace);
    }
}
