package io.trolleybus.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Vertx;

/**
 * The circuit breaker before the provider. It counts requests that got no answer or none that decides anything; a
 * decline is an answer. While it is open, calls fail at once and whoever made them waits and repeats.
 */
final class ProviderBreaker {
    /** So many failures within {@link #FAILURE_WINDOW_MS} open it: more than a few payments in trouble can cause. */
    static final int MAX_FAILURES = 20;

    private static final int FAILURE_WINDOW_MS = 10_000;
    /** After so long one call is let through, to see. */
    private static final int RESET_MS = 1_000;
    /** The HTTP client has its own, which also closes the connection. */
    private static final long NO_TIMEOUT = -1;

    private ProviderBreaker() {}

    static CircuitBreaker create(Vertx vertx, MeterRegistry meters) {
        var options = new CircuitBreakerOptions()
                .setMaxFailures(MAX_FAILURES)
                .setFailuresRollingWindow(FAILURE_WINDOW_MS)
                .setMaxRetries(0)
                .setTimeout(NO_TIMEOUT)
                .setResetTimeout(RESET_MS);
        var breaker = CircuitBreaker.create("payment->provider", vertx, options);
        // The provider is no node, but Prometheus takes one meter only if all of its name have the same labels.
        var tags = Tags.of("caller", "payment", "callee", "provider", "node", "");
        meters.gauge("trolleybus_breaker_state", tags, breaker, watched -> openness(watched.state()));
        return breaker;
    }

    /** 0 closed, 0.5 half open, 1 open. */
    private static double openness(CircuitBreakerState state) {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 0.5;
            case OPEN -> 1;
        };
    }
}
