package io.trolleybus.chassis;

import org.jspecify.annotations.Nullable;

/** What the attempts of one call have in common. */
final class Attempts {
    /** One attempt waits no longer than this, whatever the deadline, so that another instance can be tried. */
    static final long MAX_ATTEMPT_MS = 10_000;

    private static final long MIN_ATTEMPT_MS = 1_000;

    final boolean mayRepeat;
    private final boolean waitsForBreaker;

    /** The one that was asked last. */
    ServiceDirectory.@Nullable Instance last;

    /** @param waitsForBreaker whether it is worth while to wait until a breaker closes */
    Attempts(boolean mayRepeat, boolean waitsForBreaker) {
        this.mayRepeat = mayRepeat;
        this.waitsForBreaker = waitsForBreaker;
    }

    boolean mayFollow(Throwable cause) {
        return cause instanceof BusyException
                || (cause instanceof UnavailableException unavailable
                        && (waitsForBreaker || !unavailable.breakerIsOpen()));
    }

    /** Half of what is left, so that there is time for another instance, if there is one. */
    long limitMs(long remainingMs, int instances) {
        long mine = mayRepeat && instances > 1 ? Math.max(MIN_ATTEMPT_MS, remainingMs / 2) : remainingMs;
        return Math.min(Math.min(mine, remainingMs), MAX_ATTEMPT_MS);
    }
}
