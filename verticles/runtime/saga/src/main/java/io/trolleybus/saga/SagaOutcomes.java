package io.trolleybus.saga;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts how the sagas of one table come to rest, when that is stored. */
final class SagaOutcomes {
    private final Map<String, Counter> counters;

    SagaOutcomes(MeterRegistry meters, String saga) {
        counters = Stream.of("completed", "compensated", "parked")
                .collect(Collectors.toMap(
                        Function.identity(),
                        outcome -> meters.counter("trolleybus_saga_outcome", "saga", saga, "outcome", outcome)));
    }

    void count(SagaState state) {
        Counter counter = state instanceof SagaState.AtRest rest ? counters.get(rest.outcome()) : null;
        if (counter != null) {
            counter.increment();
        }
    }
}
