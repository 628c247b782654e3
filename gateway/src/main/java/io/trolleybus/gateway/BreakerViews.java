package io.trolleybus.gateway;

import io.trolleybus.chassis.ScatterGather.Gathered;
import io.trolleybus.model.NodeMessages.Breaker;
import io.trolleybus.model.NodeMessages.BreakerList;
import io.trolleybus.model.NodeMessages.BreakerState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The circuit breakers of all processes, by caller and callee. */
record BreakerViews(List<View> items, List<String> degraded) {
    private static final Comparator<View> BY_CALLER_AND_CALLEE = Comparator.comparing(View::caller)
            .thenComparing(View::callerNode)
            .thenComparing(View::callee)
            .thenComparing(View::calleeNode);

    private record View(
            String caller,
            String callerNode,
            String callee,
            String calleeNode,
            BreakerState state,
            long failures,
            @Nullable Instant changedAt) {
        static View of(String node, Breaker breaker) {
            return new View(
                    breaker.caller(),
                    node,
                    breaker.callee(),
                    breaker.calleeNode(),
                    breaker.state(),
                    breaker.failures(),
                    breaker.changedAt());
        }
    }

    static BreakerViews of(Gathered<BreakerList> told) {
        List<View> all = told.answers().stream()
                .flatMap(answer -> answer.result().items().stream().map(breaker -> View.of(answer.node(), breaker)))
                .sorted(BY_CALLER_AND_CALLEE)
                .toList();
        return new BreakerViews(all, told.silent());
    }
}
