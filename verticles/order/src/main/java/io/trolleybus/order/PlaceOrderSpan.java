package io.trolleybus.order;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.order.domain.Order;
import java.time.InstantSource;
import java.util.Locale;

/** Records the span of a place-order saga that has come to its end: from the order's creation until now. */
final class PlaceOrderSpan {
    private static final String NAME = "saga " + PlaceOrderSaga.NAME;
    private static final AttributeKey<Long> VERSION = AttributeKey.longKey("saga.version");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

    private final Tracing tracing;
    private final InstantSource clock;

    PlaceOrderSpan(Tracing tracing, InstantSource clock) {
        this.tracing = tracing;
        this.clock = clock;
    }

    void end(PlacedOrder placed) {
        if (!placed.trace().sampled()) {
            return;
        }
        Order order = placed.order();
        var attributes = Attributes.of(
                Tracing.ORDER_ID,
                order.id().toString(),
                VERSION,
                (long) placed.sagaVersion(),
                OUTCOME,
                order.state().status().name().toLowerCase(Locale.ROOT));
        tracing.record(placed.span(), NAME, order.createdAt(), clock.instant(), attributes);
    }
}
