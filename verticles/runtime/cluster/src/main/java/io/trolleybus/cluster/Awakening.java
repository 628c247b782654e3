package io.trolleybus.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether this process has just woken from standing still for so long that the others must have given it up: it sees
 * them still, for a while, and cannot reach them until it has joined them again. Thread-safe.
 */
final class Awakening {
    /** By then the others have taken a silent member for lost. */
    static final Duration GIVEN_UP_AFTER = Duration.ofSeconds(6);

    /** Then it was not given up after all. */
    static final Duration JOINS_WITHIN = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    private long lastAliveNs;
    private long wokeAtNs;
    private boolean away;

    Awakening() {
        this(System::nanoTime);
    }

    /** @param nanoTime goes on while the process stands still, as that of the JVM does */
    Awakening(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastAliveNs = nanoTime.getAsLong();
    }

    /** To be called about once a second. */
    synchronized void alive() {
        long nowNs = nanoTime.getAsLong();
        if (nowNs - lastAliveNs > GIVEN_UP_AFTER.toNanos()) {
            away = true;
            wokeAtNs = nowNs;
        }
        lastAliveNs = nowNs;
    }

    synchronized void joinedAgain() {
        away = false;
    }

    synchronized boolean isAway() {
        if (away && nanoTime.getAsLong() - wokeAtNs > JOINS_WITHIN.toNanos()) {
            away = false;
        }
        return away;
    }
}
