package io.trolleybus.chassis;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the attempts of one call have in common. */
final class Attempts {
    /** One attempt waits no longer than this, whatever the deadline, so that another instance can be tried. */
    static final long MAX_ATTEMPT_MS = 10_000;

    private static final long MIN_ATTEMPT_MS = 1_000;

    private final boolean mayRepeat;
    private final boolean waitsForBreaker;
    private final BooleanSupplier isWanted;

    /** The one that was asked last; null until something was sent. */
    ServiceDirectory.@Nullable Instance last;

    private Attempts(boolean mayRepeat, boolean waitsForBreaker, BooleanSupplier isWanted) {
        this.mayRepeat = mayRepeat;
        this.waitsForBreaker = waitsForBreaker;
        this.isWanted = isWanted;
    }

    static Attempts one() {
        return new Attempts(false, true, () -> true);
    }

    /** It is worth while to wait until a breaker closes. */
    static Attempts untilAnswered(BooleanSupplier isWanted) {
        return new Attempts(true, true, isWanted);
    }

    static Attempts whileUnbroken(BooleanSupplier isWanted) {
        return new Attempts(true, false, isWanted);
    }

    boolean areWanted() {
        return isWanted.getAsBoolean();
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
