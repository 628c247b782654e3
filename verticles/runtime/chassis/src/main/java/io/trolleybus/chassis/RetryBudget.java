package io.trolleybus.chassis;

import java.time.InstantSource;

/**
 * Keeps repetitions a small part of all calls, so that those who ask again and again do not finish off a service that
 * is slow already. Each call pays in a part of a repetition, time a little more, and what is saved up lets every caller
 * repeat when one instance is lost. (As in Finagle's retry budgets.) For one event loop.
 */
final class RetryBudget {
    static final int RESERVE = 500;
    static final double PER_CALL = 0.2;
    private static final double PER_SECOND = 10;
    private static final double MS_PER_S = 1_000;

    private final InstantSource clock;
    private double balance = RESERVE;
    private long countedMs;

    RetryBudget(InstantSource clock) {
        this.clock = clock;
        this.countedMs = clock.millis();
    }

    /** Somebody calls for the first time. */
    void payIn() {
        balance = Math.min(RESERVE, balance + PER_CALL);
    }

    /** Whether a repetition may be sent; if so it is paid for. */
    boolean pay() {
        long nowMs = clock.millis();
        balance = Math.min(RESERVE, balance + Math.max(0, nowMs - countedMs) * PER_SECOND / MS_PER_S);
        countedMs = nowMs;
        if (balance < 1) {
            return false;
        }
        balance--;
        return true;
    }
}
