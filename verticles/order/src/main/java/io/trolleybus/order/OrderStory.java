package io.trolleybus.order;

import io.trolleybus.journal.Recorded;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An order as its events tell it, up to any of them. */
final class OrderStory {
    private final UUID id;
    private final List<Recorded<OrderEvent>> events;

    /** @param events of one order, from the first on */
    OrderStory(UUID id, List<Recorded<OrderEvent>> events) {
        this.id = id;
        this.events = events;
    }

    /** The order after everything; null if nothing has happened. */
    @Nullable
    Order whole() {
        return asLongAs(event -> true);
    }

    /** The order after the first events that the test is true for; null if there are none. */
    @Nullable
    Order asLongAs(Predicate<Recorded<OrderEvent>> test) {
        Order order = null;
        for (Recorded<OrderEvent> recorded : events) {
            if (!test.test(recorded)) {
                break;
            }
            order = recorded.event().applyTo(order, id, recorded.recordedAt());
        }
        return order;
    }
}
