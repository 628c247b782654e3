package io.trolleybus.journal;

import io.trolleybus.chassis.Trace;
import java.util.List;
import java.util.UUID;

/**
 * Events to add to one stream, all or none.
 *
 * @param expectedVersion the version of the stream's last event so far; 0 if it must be new
 * @param events in order; not empty
 * @param trace of what caused them
 */
public record Append<E>(UUID stream, int expectedVersion, List<E> events, Trace trace) {
    public Append {
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("nothing to append to stream " + stream);
        }
    }
}
