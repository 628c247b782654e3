package io.trolleybus.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trolleybus.chassis.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How the events of one service are stored: each class under a wire name and a version that never change, and for each
 * older version how to turn its JSON into the next one. Immutable once built.
 *
 * @param <E> the service's sealed event type
 */
public final class EventTypes<E> {
    /** The upcaster at index i makes version i + 2 of version i + 1. */
    private record Type<T>(String name, Class<T> eventClass, List<UnaryOperator<ObjectNode>> upcasters) {
        int version() {
            return upcasters.size() + 1;
        }
    }

    /** An event as it stands in the journal. */
    public record Stored(String type, int schemaVersion, String data) {}

    private final Map<String, Type<? extends E>> byName = new LinkedHashMap<>();
    private final Map<Class<?>, Type<? extends E>> byClass = new HashMap<>();

    /** Adds an event that has had one shape only. */
    public <T extends E> EventTypes<E> add(String name, Class<T> eventClass) {
        return add(name, eventClass, List.of());
    }

    /**
     * Adds an event whose shape has changed.
     *
     * @param upcasters the first makes version 2 of version 1, and so on; the class is the newest version
     */
    public <T extends E> EventTypes<E> add(
            String name, Class<T> eventClass, List<UnaryOperator<ObjectNode>> upcasters) {
        var type = new Type<>(name, eventClass, List.copyOf(upcasters));
        if (byName.put(name, type) != null || byClass.put(eventClass, type) != null) {
            throw new IllegalArgumentException(name + " is there already");
        }
        return this;
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /** The version in which events of this name are written today. */
    public int currentVersion(String name) {
        return typeNamed(name).version();
    }

    /** @throws IllegalArgumentException if the event's class was not added */
    public Stored store(E event) {
        Type<? extends E> type = typeOf(event);
        return new Stored(type.name, type.version(), Json.write(event));
    }

    /** @throws IllegalArgumentException if the name or version is unknown, or the data has another shape */
    public E read(Stored stored) {
        return Json.read(upcast(stored), typeNamed(stored.type).eventClass);
    }

    /**
     * The same for somebody who may know the type better than this program: what a newer one wrote is left as it is.
     */
    String upcastIfKnown(Stored stored) {
        Type<? extends E> type = byName.get(stored.type);
        return type == null || stored.schemaVersion > type.version() ? stored.data : upcast(stored);
    }

    /** The event's data in the newest shape of its type. */
    public String upcast(Stored stored) {
        Type<? extends E> type = typeNamed(stored.type);
        if (stored.schemaVersion == type.version()) {
            return stored.data;
        }
        if (stored.schemaVersion > type.version() || stored.schemaVersion < 1) {
            throw new IllegalArgumentException(
                    stored.type + " version " + stored.schemaVersion + " is newer than this program");
        }
        try {
            if (!(Json.MAPPER.readTree(stored.data) instanceof ObjectNode node)) {
                throw new IllegalArgumentException("stored " + stored.type + " is not a JSON object");
            }
            for (int version = stored.schemaVersion; version < type.version(); version++) {
                node = type.upcasters.get(version - 1).apply(node);
            }
            return node.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("stored " + stored.type + " is not JSON", e);
        }
    }

    String nameOf(E event) {
        return typeOf(event).name;
    }

    private Type<? extends E> typeOf(E event) {
        Type<? extends E> type = byClass.get(event.getClass());
        if (type == null) {
            throw new IllegalArgumentException(
                    "no wire name for " + event.getClass().getName());
        }
        return type;
    }

    private Type<? extends E> typeNamed(String name) {
        Type<? extends E> type = byName.get(name);
        if (type == null) {
            throw new IllegalArgumentException("unknown event type " + name);
        }
        return type;
    }
}
