package io.trolleybus.journal;

import java.util.Set;
import java.util.UUID;

/**
 * What became of a batch of appends.
 *
 * @param streams those whose events were written; the others' versions were not as expected
 * @param position the last position taken
 * @param types of the events that were written
 */
public record Appended(Set<UUID> streams, long position, Set<String> types) {
    /** Nothing was to be appended. */
    public static final Appended NOTHING = new Appended(Set.of(), 0, Set.of());

    public boolean accepted(Append<?> append) {
        return streams.contains(append.stream());
    }
}
