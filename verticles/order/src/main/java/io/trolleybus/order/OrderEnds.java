package io.trolleybus.order;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.trolleybus.order.OrderWrite.Advance;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.saga.SagaState;
import java.util.List;

/** Counts what orders come to, when it is committed. */
final class OrderEnds {
    private final Counter confirmed;
    private final Counter rejected;
    private final Counter cancelled;

    OrderEnds(MeterRegistry meters) {
        confirmed = counter(meters, "confirmed");
        rejected = counter(meters, "rejected");
        cancelled = counter(meters, "cancelled");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return meters.counter("trolleybus_order_ended", "outcome", outcome);
    }

    /** @param outcomes of the items, in their order */
    void count(List<OrderWrite> items, List<Outcome> outcomes) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Advance advance && outcomes.get(i) instanceof Outcome.Written) {
                count(advance.state());
            }
        }
    }

    private void count(SagaState state) {
        if (state instanceof SagaState.Completed) {
            confirmed.increment();
        } else if (state instanceof SagaState.Compensated) {
            rejected.increment();
        }
    }

    void countCancelled() {
        cancelled.increment();
    }
}
