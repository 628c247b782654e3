package io.trolleybus.journal;

import io.trolleybus.chassis.Trace;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events to add to one stream, all or none.
 *
 * @param expectedVersion the version of the stream's last event so far; 0 if it must be new
 * @param events in order; not empty
 * @param trace of what caused them
 * @param at when they happened, at most in microseconds; null for the moment of the append by the database's clock
 */
public record Append<E>(
        UUID stream,
        int expectedVersion,
        List<E> events,
        Trace trace,
        @Nullable Instant at) {
    public Append {
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("nothing to append to stream " + stream);
        }
    }

    /** Events that happen now. */
    public Append(UUID stream, int expectedVersion, List<E> events, Trace trace) {
        this(stream, expectedVersion, events, trace, null);
    }
}
