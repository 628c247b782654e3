package io.trolleybus.launcher;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Gives the clocks that promises are made about a histogram, so that percentiles can be taken over any nodes and any
 * span of time. A percentile of each process could not be added up.
 */
final class Buckets implements MeterFilter {
    private static final Set<String> MEASURED =
            Set.of("trolleybus_gateway_operation", "trolleybus_endpoint", "trolleybus_event_loop_delay");

    /** Upper bounds, each about twice the one before: from what memory answers to the longest wait of a client. */
    private static final List<Double> SECONDS =
            List.of(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0);

    private static final double NS_PER_SECOND = 1e9;

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return MEASURED.contains(id.getName())
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(nanoseconds())
                        .build()
                        .merge(config)
                : config;
    }

    private static double[] nanoseconds() {
        return SECONDS.stream()
                .flatMapToDouble(DoubleStream::of)
                .map(seconds -> seconds * NS_PER_SECOND)
                .toArray();
    }
}
