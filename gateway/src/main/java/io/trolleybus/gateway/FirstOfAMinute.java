package io.trolleybus.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Knows what has happened within the last minute. Of very many things it forgets the oldest. For one event loop. */
final class FirstOfAMinute {
    static final int MAX_REMEMBERED = 4_096;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<Object, Instant> seen = new LinkedHashMap<>();

    FirstOfAMinute(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether the thing did not happen within a minute before now; if so, that minute begins now. */
    boolean is(Object thing) {
        Instant now = clock.instant();
        Instant before = seen.get(thing);
        if (before != null && before.plus(MINUTE).isAfter(now)) {
            return false;
        }
        // Removed first, so that the map is in the order of the times.
        seen.remove(thing);
        seen.put(thing, now);
        if (seen.size() > MAX_REMEMBERED) {
            seen.remove(seen.keySet().iterator().next());
        }
        return true;
    }
}
