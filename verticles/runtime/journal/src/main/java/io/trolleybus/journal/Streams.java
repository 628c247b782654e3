package io.trolleybus.journal;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads many streams of a journal at once. */
public final class Streams {
    private static final String READ = """
            select stream, position, version, type, schema_version, data::text, recorded_at
            from journal where stream = any ($1::uuid[]) order by stream, version
            """;

    /**
     * What happened in one stream.
     *
     * @param lastPosition of its last event
     * @param isKnown whether this program knows all of it; a newer one may have written something else
     */
    public record Told<E>(List<Recorded<E>> events, long lastPosition, boolean isKnown) {}

    private Streams() {}

    /** Those of the streams that there are. */
    public static <E> Future<Map<UUID, Told<E>>> read(SqlClient client, EventTypes<E> types, Collection<UUID> streams) {
        Tuple wanted = Tuple.tuple().addValue(streams.toArray(UUID[]::new));
        return client.preparedQuery(READ).execute(wanted).map(rows -> {
            var told = new HashMap<UUID, Told<E>>();
            for (Row row : rows) {
                told.merge(row.getUUID(0), one(types, row), Streams::joined);
            }
            return told;
        });
    }

    private static <E> Told<E> one(EventTypes<E> types, Row row) {
        var stored = new EventTypes.Stored(row.getString(3), row.getInteger(4), row.getString(5));
        try {
            E event = types.read(stored);
            var recorded = new Recorded<>(row.getInteger(2), stored.type(), event, Journal.instant(row, 6));
            return new Told<>(new ArrayList<>(List.of(recorded)), row.getLong(1), true);
        } catch (IllegalArgumentException newer) {
            return new Told<>(List.of(), row.getLong(1), false);
        }
    }

    private static <E> Told<E> joined(Told<E> earlier, Told<E> later) {
        List<Recorded<E>> events = new ArrayList<>(earlier.events);
        events.addAll(later.events);
        return new Told<>(events, later.lastPosition, earlier.isKnown && later.isKnown);
    }
}
