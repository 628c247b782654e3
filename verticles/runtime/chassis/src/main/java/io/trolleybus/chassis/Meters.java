package io.trolleybus.chassis;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/**
 * Where one service instance has its meters. To a counter, a timer or a distribution summary all instances of a process
 * add together. A gauge shows the state of one, and a second one of the same name and tags would not be registered; so
 * each bears the number of its instance, as the tag {@code loop}, since {@code instance} is Prometheus's own.
 *
 * @param registry of the process
 * @param number of the instance among those of its service in this process, from 1
 */
public record Meters(MeterRegistry registry, int number) {
    private static final String NUMBER = "loop";

    /** Shows a number until it is removed, or its subject is not referred to by anybody else. */
    public <T> Gauge gauge(String name, Tags tags, T subject, ToDoubleFunction<T> value) {
        return Gauge.builder(name, subject, value)
                .tags(tags.and(NUMBER, Integer.toString(number)))
                .register(registry);
    }
}
