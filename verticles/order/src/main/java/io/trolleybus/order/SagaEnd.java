package io.trolleybus.order;

import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.Refusal;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderCommand;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaState;
import java.util.List;

/** What the end of the place-order saga means for its order. */
final class SagaEnd {
    private SagaEnd() {}

    /** The events to append with a saga's state; none unless the state is an end. */
    static List<OrderEvent> eventsOf(SagaState state, Order order) {
        if (state instanceof SagaState.Completed) {
            return eventsOf(new OrderCommand.Confirm(), order);
        }
        if (state instanceof SagaState.Compensated compensated) {
            return eventsOf(new OrderCommand.Reject(rejection(compensated.reason())), order);
        }
        return List.of();
    }

    /** None if the order has gone another way meanwhile: its version tells, and nothing is written. */
    private static List<OrderEvent> eventsOf(OrderCommand command, Order order) {
        return order.decide(command).fold(events -> events, refusal -> List.of());
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
