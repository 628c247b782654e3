package io.trolleybus.chassis;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.trace.IdGenerator;

/**
 * Gives a span the id that was chosen for it before, else a random one. The API of OpenTelemetry knows no other way to
 * start a span whose id is known already. Thread-safe.
 */
public final class ChosenSpanIds implements IdGenerator {
    private static final ContextKey<String> CHOSEN = ContextKey.named("trolleybus-span-id");

    private final IdGenerator random = IdGenerator.random();

    /** While this is current, what is started on the thread has the id: to be left when one span is started. */
    static Context choosing(String spanId) {
        return Context.current().with(CHOSEN, spanId);
    }

    @Override
    public String generateSpanId() {
        String chosen = Context.current().get(CHOSEN);
        return chosen == null ? random.generateSpanId() : chosen;
    }

    @Override
    public String generateTraceId() {
        return random.generateTraceId();
    }
}
