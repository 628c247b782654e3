package io.trolleybus.order;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.order.domain.Order;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The JSON in {@code orders.afterwards}: what came after an order was placed. Most orders have none of it. */
record Afterwards(@Nullable String cancellation, List<Shipment> shipments, List<OrderRefund> refunds) {
    private static final Afterwards NONE = new Afterwards(null, List.of(), List.of());

    /** Null if there is nothing. */
    static @Nullable String write(Order order) {
        var afterwards = new Afterwards(
                order.state().cancellation().orElse(null),
                order.shipments(),
                order.payment().refunds());
        return afterwards.equals(NONE) ? null : Json.write(afterwards);
    }

    static Afterwards read(@Nullable String json) {
        return json == null ? NONE : Json.read(json, Afterwards.class);
    }

    /** Of an order that is or was cancelled. */
    String reason() {
        return Objects.requireNonNull(cancellation, "a cancellation has a reason");
    }
}
