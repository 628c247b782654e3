package io.trolleybus.saga;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The ids of a saga's commands: the same for every repetition, in whatever process, and different for each step and
 * direction. They come from the names of saga and step, so that a step keeps its ids when others are put before it.
 */
final class CommandIds {
    private final String saga;
    private final Map<String, UUID> seeds = new HashMap<>();

    /** @param saga the name of its table */
    CommandIds(String saga) {
        this.saga = saga;
    }

    UUID ofAction(UUID id, String step) {
        return mixed(id, seed(step), 0);
    }

    UUID ofUndo(UUID id, String step) {
        return mixed(id, seed(step), 1);
    }

    private UUID seed(String step) {
        return seeds.computeIfAbsent(
                step, name -> UUID.nameUUIDFromBytes((saga + '/' + name).getBytes(StandardCharsets.UTF_8)));
    }

    private static UUID mixed(UUID id, UUID seed, int direction) {
        return new UUID(
                id.getMostSignificantBits() ^ seed.getMostSignificantBits(),
                id.getLeastSignificantBits() ^ seed.getLeastSignificantBits() ^ direction);
    }
}
