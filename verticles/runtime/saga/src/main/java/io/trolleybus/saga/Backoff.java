package io.trolleybus.saga;

import java.time.Duration;

/** How long to pause before an attempt: doubling, up to a limit. The runner adds jitter. */
final class Backoff {
    private static final long FIRST_MS = 100;
    private static final long MAX_MS = 10_000;
    private static final int MAX_DOUBLINGS = 10;

    private Backoff() {}

    /** @param attempt 1 for the first repetition */
    static Duration before(int attempt) {
        return Duration.ofMillis(Math.min(MAX_MS, FIRST_MS << Math.min(attempt - 1, MAX_DOUBLINGS)));
    }
}
