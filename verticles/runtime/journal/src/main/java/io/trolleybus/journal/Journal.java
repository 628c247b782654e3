package io.trolleybus.journal;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.Endpoints;
import io.trolleybus.chassis.Meters;
import io.trolleybus.chassis.Payload;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.model.FeedMessages.FindRecent;
import io.trolleybus.model.FeedMessages.Nudge;
import io.trolleybus.model.FeedMessages.ReadFeed;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One service's journal in PostgreSQL. Appends of one service take turns on the one row of {@code journal_head}, held
 * until their commit, so that positions become visible in ascending order and a reader that has seen one has seen all
 * before it.
 *
 * <p>For one event loop.
 *
 * @param <E> the service's sealed event type
 */
public final class Journal<E> {
    /** The most entries of one feed page. */
    public static final int MAX_FEED_PAGE = 1_000;

    /** How many parameters {@link #appending} takes. */
    public static final int APPEND_PARAMETERS = 8;

    private static final String TAKE_POSITIONS = """
            update journal_head set position = position + $1
            """;

    /**
     * Runs after the positions are taken, so its snapshot shows every earlier append and its checks are final. The data
     * goes as text, since the client would make a JSON string of a text that is sent as JSON.
     */
    private static final String APPEND = """
            insert into journal (position, stream, version, type, schema_version, data, traceparent, recorded_at)
            select h.position - cardinality($1::uuid[]) + e.ordinal,
                   e.stream, e.version, e.type, e.schema_version, e.data::json, e.traceparent,
                   coalesce(e.at, clock_timestamp())
            from journal_head h,
                 unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[],
                        $8::timestamptz[])
                   with ordinality
                   as e (stream, expected, version, type, schema_version, data, traceparent, at, ordinal)
            where (e.expected = 0
                   or exists (select from journal j where j.stream = e.stream and j.version = e.expected))
              and not exists (select from journal j where j.stream = e.stream and j.version = e.expected + 1)
            returning stream, position, type
            """;

    private static final String APPENDING = """
            taken_positions as (
              update journal_head set position = position + cardinality($%1$d::uuid[])
              where cardinality($%1$d::uuid[]) > 0
              returning position
            ), appended as (
              insert into journal (position, stream, version, type, schema_version, data, traceparent, recorded_at)
              select h.position - cardinality($%1$d::uuid[]) + e.ordinal,
                     e.stream, e.version, e.type, e.schema_version, e.data::json, e.traceparent,
                     coalesce(e.at, clock_timestamp())
              from taken_positions h,
                   unnest($%1$d::uuid[], $%2$d::int[], $%3$d::int[], $%4$d::text[], $%5$d::int[], $%6$d::text[],
                          $%7$d::text[], $%8$d::timestamptz[])
                     with ordinality
                     as e (stream, expected, version, type, schema_version, data, traceparent, at, ordinal)
              where e.stream in (%9$s)
            )
            """;

    private static final String READ = """
            select version, type, schema_version, data::text, recorded_at
            from journal where stream = $1 order by version
            """;

    private final String service;
    private final EventTypes<E> types;
    private final EventBus bus;
    private final AtomicLong lastPosition;

    public Journal(String service, EventTypes<E> types, EventBus bus, Meters meters) {
        this.service = service;
        this.types = types;
        this.bus = bus;
        this.lastPosition = lastPositionOf(service, meters);
    }

    /** What this instance appended last: the newest of all is the journal's end. Unknown until it appends. */
    private static AtomicLong lastPositionOf(String service, Meters meters) {
        var last = new AtomicLong();
        meters.gauge(
                "trolleybus_journal_position",
                Tags.of("service", service),
                last,
                position -> position.get() == 0 ? Double.NaN : position.get());
        return last;
    }

    /**
     * Appends within the caller's transaction. An append whose stream is not at its expected version writes nothing and
     * leaves its neighbours alone. Fails if two appends name the same stream.
     */
    public Future<Appended> append(SqlConnection tx, List<Append<E>> appends) {
        int count = countOf(appends);
        if (count == 0) {
            return Future.succeededFuture(Appended.NOTHING);
        }
        Tuple columns;
        try {
            columns = columns(appends, count);
        } catch (IllegalArgumentException bug) {
            return Future.failedFuture(bug);
        }
        Future<RowSet<Row>> taken = tx.preparedQuery(TAKE_POSITIONS).execute(Tuple.of((long) count));
        Future<RowSet<Row>> written = tx.preparedQuery(APPEND).execute(columns);
        return taken.compose(locked -> written).map(Journal::appended);
    }

    /**
     * The part of a larger {@code with} statement that appends events together with what else it writes. The caller
     * guards the versions by rows of its own; if two such statements meet on one stream all the same, the later fails
     * on the journal's key and is undone as a whole.
     *
     * @param first number of the first of {@link #APPEND_PARAMETERS} parameters, which {@link #addColumns} adds
     * @param accepted a query for the streams whose events are to be written
     * @return two table expressions, {@code taken_positions} and {@code appended}; the first has one row, or none if
     *     there is nothing to append
     */
    public static String appending(int first, String accepted) {
        Object[] parameters = new Object[APPEND_PARAMETERS + 1];
        for (int i = 0; i < APPEND_PARAMETERS; i++) {
            parameters[i] = first + i;
        }
        parameters[APPEND_PARAMETERS] = accepted;
        return APPENDING.formatted(parameters);
    }

    /**
     * Adds the parameters of {@link #appending}.
     *
     * @throws IllegalArgumentException if a stream comes twice, since only one of its appends could be written
     */
    public void addColumns(Tuple statement, List<Append<E>> appends) {
        Tuple columns = columns(appends, countOf(appends));
        for (int i = 0; i < APPEND_PARAMETERS; i++) {
            statement.addValue(columns.getValue(i));
        }
    }

    private static int countOf(List<? extends Append<?>> appends) {
        return appends.stream().mapToInt(append -> append.events().size()).sum();
    }

    /** @throws IllegalArgumentException if a stream comes twice, since only one of its appends could be written */
    private Tuple columns(List<Append<E>> appends, int count) {
        var streams = new UUID[count];
        var expected = new Integer[count];
        var versions = new Integer[count];
        var names = new String[count];
        var schemas = new Integer[count];
        var data = new String[count];
        var traces = new @Nullable String[count];
        var times = new @Nullable OffsetDateTime[count];
        var seen = new HashSet<UUID>();
        int i = 0;
        for (Append<E> append : appends) {
            if (!seen.add(append.stream())) {
                throw new IllegalArgumentException("two appends to stream " + append.stream() + " in one call");
            }
            int version = append.expectedVersion();
            for (E event : append.events()) {
                EventTypes.Stored stored = types.store(event);
                streams[i] = append.stream();
                expected[i] = append.expectedVersion();
                versions[i] = ++version;
                names[i] = stored.type();
                schemas[i] = stored.schemaVersion();
                data[i] = stored.data();
                traces[i] = append.trace().sampled() ? append.trace().traceparent() : null;
                times[i] = append.at() == null ? null : append.at().atOffset(ZoneOffset.UTC);
                i++;
            }
        }
        return Tuple.tuple()
                .addValue(streams)
                .addValue(expected)
                .addValue(versions)
                .addValue(names)
                .addValue(schemas)
                .addValue(data)
                .addValue(traces)
                .addValue(times);
    }

    private static Appended appended(RowSet<Row> rows) {
        var streams = new HashSet<UUID>();
        var names = new HashSet<String>();
        long position = 0;
        for (Row row : rows) {
            streams.add(row.getUUID(0));
            position = Math.max(position, row.getLong(1));
            names.add(row.getString(2));
        }
        return new Appended(streams, position, names);
    }

    /** Tells readers of the feed, once for a committed batch. That it may get lost does no harm. */
    public void nudge(Appended appended) {
        nudge(appended.position(), appended.types());
    }

    /** The same for a statement with {@link #appending}: the last position taken, and the types written. */
    public void nudge(long position, Set<String> written) {
        if (!written.isEmpty()) {
            lastPosition.set(position);
            bus.publish(FeedMessages.nudgeAddress(service), Payload.of(new Nudge(position, written)));
        }
    }

    /** The name under which an event is stored. */
    public String nameOf(E event) {
        return types.nameOf(event);
    }

    /** All events of a stream, oldest first; empty if there is no such stream. */
    public Future<List<Recorded<E>>> read(SqlClient client, UUID stream) {
        return client.preparedQuery(READ).execute(Tuple.of(stream)).map(rows -> {
            var events = new ArrayList<Recorded<E>>(rows.size());
            for (Row row : rows) {
                var stored = new EventTypes.Stored(row.getString(1), row.getInteger(2), row.getString(3));
                events.add(new Recorded<>(row.getInteger(0), stored.type(), types.read(stored), instant(row, 4)));
            }
            return events;
        });
    }

    /** Answers {@code <service>.feed}, and {@code <service>.recent} where an order's events have its id as stream. */
    public void serveFeed(Endpoints endpoints, SqlClient client) {
        serveFeed(endpoints, client, Recent.STREAM_OF_ORDER);
    }

    /**
     * The same where they have another.
     *
     * @param streamsOfOrder a query for the streams that are about the order {@code $1}
     */
    public void serveFeed(Endpoints endpoints, SqlClient client, String streamsOfOrder) {
        var recent = new Recent(types, client, streamsOfOrder);
        endpoints
                .serve(FeedMessages.feedAddress(service), ReadFeed.class, (call, read) -> feed(client, read))
                .serve(FeedMessages.recentAddress(service), FindRecent.class, recent::find);
    }

    Future<Reply<FeedPage>> feed(SqlClient client, ReadFeed read) {
        return new Feed(types, client).read(read);
    }

    static Instant instant(Row row, int column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time.toInstant();
    }
}
