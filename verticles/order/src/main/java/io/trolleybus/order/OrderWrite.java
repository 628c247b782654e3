package io.trolleybus.order;

import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.model.Refusal;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import java.util.UUID;

/** Something to be written with the next commit of the order service. */
sealed interface OrderWrite {
    Trace trace();

    /** Accept an order, unless its key is taken. */
    record Place(PlacedOrder subject, OrderEvent event, Outcomes.Claim claim) implements OrderWrite {
        @Override
        public Trace trace() {
            return subject.trace();
        }
    }

    /** Store a saga's state, and what its end means for the order. */
    record Advance(PlacedOrder subject, SagaState state, SagaLog log) implements OrderWrite {
        @Override
        public Trace trace() {
            return subject.trace();
        }
    }

    /** What became of a write. */
    sealed interface Outcome {
        /** Written; the order as it is now. */
        record Written(PlacedOrder subject) implements Outcome {}

        /** The key stands for this order already. */
        record Repeated(UUID orderId) implements Outcome {}

        /** Not accepted. */
        record Refused(Refusal refusal) implements Outcome {}

        /** The order was not at the version it was read at, or belongs to another process. */
        record Stale() implements Outcome {}
    }
}
