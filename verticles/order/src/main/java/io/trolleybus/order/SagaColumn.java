package io.trolleybus.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.LastingSpan;
import io.trolleybus.chassis.Trace;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import org.jspecify.annotations.Nullable;

/**
 * The JSON in {@code orders.saga}: where the order's saga stands and what its steps need beyond the order itself.
 *
 * @param definition name of the table it runs on, and {@code version} the one it was begun with
 * @param log what it has done so far; absent if it has not begun
 * @param paymentToken erased at the end
 * @param traceparent of the saga's span, or in an unsampled trace of the request that placed the order
 * @param parentSpanId of the saga's span; absent if there is none
 */
record SagaColumn(
        String definition,
        int version,
        SagaState state,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SagaLog log,
        @Nullable String paymentToken,
        String traceparent,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String parentSpanId) {
    /** A saga that has not begun; what begins it sets its deadline. */
    static final SagaState START = new SagaState.Forward(0, 0, 0, 0);

    /** Stands for a trace that cannot be read. */
    static final Trace UNKNOWN = new Trace("0".repeat(31) + "1", "0".repeat(15) + "1", false);

    /** The column of an order that was just placed. */
    static String start(PlacedOrder placed) {
        return write(START, null, placed);
    }

    static String write(SagaState state, @Nullable SagaLog log, PlacedOrder placed) {
        return Json.write(new SagaColumn(
                PlaceOrderSaga.NAME,
                placed.sagaVersion(),
                state,
                log,
                state.hasEnded() ? null : placed.paymentToken(),
                placed.trace().traceparent(),
                placed.span().parentSpanId()));
    }

    private record OtherState(SagaState state) {}

    private record LastState(SagaState state, @Nullable String paymentToken) {
        /** Without the token, so that it can be logged. */
        @Override
        public String toString() {
            return "LastState " + state;
        }
    }

    /** What changes in the column when the saga is given another state. */
    static String change(SagaState state) {
        return Json.write(state.hasEnded() ? new LastState(state, null) : new OtherState(state));
    }

    static SagaColumn read(String json) {
        return Json.read(json, SagaColumn.class);
    }

    /** Empty if it has not begun, or was stored by a program that kept none. */
    SagaLog history() {
        return log == null ? SagaLog.EMPTY : log;
    }

    LastingSpan span() {
        Trace trace = Trace.parse(traceparent);
        return trace == null ? new LastingSpan(UNKNOWN, null) : new LastingSpan(trace, parentSpanId);
    }

    /** Without the token, so that it can be logged. */
    @Override
    public String toString() {
        return "SagaColumn of " + state;
    }
}
