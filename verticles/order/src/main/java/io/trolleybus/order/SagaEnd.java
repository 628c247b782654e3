package io.trolleybus.order;

import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.Refusal;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaState;
import java.util.List;

/** What the end of the place-order saga means for its order. */
final class SagaEnd {
    private SagaEnd() {}

    /** The events to append with a saga's state; none unless the state is an end. */
    static List<OrderEvent> eventsOf(SagaState state, Order order) {
        if (state instanceof SagaState.Completed) {
            return order.state().confirm(order).orElse(List.of());
        }
        if (state instanceof SagaState.Compensated compensated) {
            return order.state().reject(rejection(compensated.reason())).orElse(List.of());
        }
        return List.of();
    }

    private static Rejection rejection(Refusal reason) {
        Object sku = reason.facts().get("sku");
        Object available = reason.facts().get("available");
        return new Rejection(
                reason.code(),
                reason.detail(),
                sku == null ? null : sku.toString(),
                available instanceof Number number ? number.intValue() : null);
    }
}
