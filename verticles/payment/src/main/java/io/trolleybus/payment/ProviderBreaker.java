package io.trolleybus.payment;

import io.trolleybus.chassis.Breakers;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
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

    /** @param address host and port of the provider */
    static CircuitBreaker create(Vertx vertx, Breakers.Caller breakers, String address) {
        var options = new CircuitBreakerOptions()
                .setMaxFailures(MAX_FAILURES)
                .setFailuresRollingWindow(FAILURE_WINDOW_MS)
                .setMaxRetries(0)
                .setTimeout(NO_TIMEOUT)
                .setResetTimeout(RESET_MS);
        return breakers.watch(CircuitBreaker.create("payment->provider", vertx, options), "provider", address);
    }
}
