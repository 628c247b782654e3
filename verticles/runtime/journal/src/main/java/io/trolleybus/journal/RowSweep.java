package io.trolleybus.journal;

import io.trolleybus.chassis.Database;
import io.trolleybus.model.AuditMessages.SweepCursor;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of a service's tables that were written since they were last looked at, by whomever: each row bears
 * the id of the transaction that wrote it ({@code xmin}), also when a person did so by hand.
 *
 * <p>That costs a scan of the tables' pages, in pieces, of which nothing but the rows' heads is read: O(pages), about
 * half a second for a gigabyte that is cached. Rows that a transaction wrote which appended events, too, or whose
 * journal went on meanwhile, were written by the service itself, and of those some of each piece are taken, so that a
 * busy service is not kept from its work; all others are. Beside these, every sweep goes over some rows that nobody
 * wrote, in the order of their keys: a million in about eight hours at four sweeps a minute.
 *
 * <p>For one event loop.
 */
public final class RowSweep {
    private static final long BLOCKS_OF_A_PIECE = 4_096;
    private static final int ROWS_OF_A_PIECE = 20_000;
    private static final int UNEXPLAINED_OF_A_PIECE = 2_000;
    private static final int EXPLAINED_OF_A_PIECE = 100;
    private static final int STRAYS_OF_A_LAP = 2_000;
    private static final int UNWRITTEN_OF_A_SWEEP = 500;
    private static final long POSITIONS_OF_A_LAP = 20_000;

    /**
     * Of how much of the journal the writers are asked for. Rows that older events explain are looked up one by one.
     */
    private static final long POSITIONS_OF_WRITERS = 200_000;

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String NOW = """
            select pg_snapshot_xmin(pg_current_snapshot())::text::bigint, position,
                   pg_relation_size($1::text::regclass) / current_setting('block_size')::bigint
            from journal_head
            """;

    /** What wrote the events after position $1, up to $2. Ids of transactions have no order to sort them by. */
    private static final String WRITERS = """
            select array_agg(xmin::text::bigint)
            from (select xmin from journal where position > $1 and position <= $2 group by xmin) writer
            """;

    /**
     * In the order of their places, since that is how they are scanned. The age of a row is how many transactions ago
     * it was written. Most were written with an event, by one of the transactions $6, which a row costs next to nothing
     * once these are hashed: hence a piece has many rows. A sum has no index, so a journal that is not analysed yet is
     * looked up by its streams all the same. Of rows that nothing explains no more are taken than can be looked at;
     * then the piece ends with the last of them, and what lies behind is not read.
     */
    private static final String WRITTEN = """
            with piece as (
              select r.%2$s as stream, r.ctid as place,
                     r.xmin::text::bigint in (select unnest($6::bigint[]))
                       or exists (select from journal j where j.stream = r.%2$s and j.position + 0 > $4) as explained
              from %1$s r
              where r.ctid >= $1::text::tid and r.ctid < $2::text::tid
                and age(r.xmin) <= (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint) - $3
              limit $5
            ), unexplained as (
              select stream, place from piece where not explained limit $7
            ), ended as (
              select coalesce((select max(place) from unexplained having count(*) = $7),
                              (select max(place) from piece having count(*) = $5)) as place
            )
            select (select (place::text::point)[0]::bigint from ended), array(select stream from unexplained),
                   array(select stream from piece where explained and (select count(*) from unexplained) < $7 limit $8)
            """;

    private static final String UNWRITTEN = """
            select %2$s from %1$s where %2$s > $1 order by %2$s limit $2
            """;

    /** @param key the column with the id of the stream that the row follows from */
    public record Table(String name, String key) {}

    /**
     * What was found.
     *
     * @param streams whose rows are to be looked at
     * @param more whether the lap goes on
     */
    public record Found(Set<UUID> streams, SweepCursor next, boolean more) {}

    private record Now(long xmin, long head, long blocks) {}

    /** The transactions that appended events after a position. */
    private record Writers(long since, List<Long> ids) {}

    private final Database database;
    private final List<Table> tables;
    private final String strays;
    private @Nullable Writers writers;

    /**
     * @param tables the first is the one whose unwritten rows are gone over
     * @param strays a query for the streams of which events after position $1 up to position $2 left no trace in the
     *     rows, at most $3 of them
     */
    public RowSweep(Database database, List<Table> tables, String strays) {
        this.database = database;
        this.tables = List.copyOf(tables);
        this.strays = strays;
    }

    /** How many blocks at most were scanned to come from one cursor to the next. */
    public static long blocks(@Nullable SweepCursor from, SweepCursor next) {
        return from != null && from.table() == next.table() && from.block() < next.block()
                ? next.block() - from.block()
                : BLOCKS_OF_A_PIECE;
    }

    /**
     * The next piece.
     *
     * @param cursor null to begin with what is written from now on
     * @param first whether a sweep begins with it, so that unwritten rows are taken as well
     */
    public Future<Found> next(@Nullable SweepCursor cursor, boolean first) {
        Table table = tables.get(cursor == null ? 0 : cursor.table());
        return database.commit(NOW, Tuple.of(table.name)).compose(rows -> {
            Row row = rows.iterator().next();
            var now = new Now(row.getLong(0), row.getLong(1), row.getLong(2));
            SweepCursor from = begin(cursor, now);
            var streams = new LinkedHashSet<UUID>();
            return unwritten(from, first, streams)
                    .compose(more -> written(more, now, streams))
                    .compose(next -> next.table() == 0 && next.block() == 0
                            ? strays(next, now, streams).map(caughtUp -> new Found(streams, caughtUp, false))
                            : Future.succeededFuture(new Found(streams, next, true)));
        });
    }

    /** What is written while a lap is under way is for the next one. */
    private static SweepCursor begin(@Nullable SweepCursor cursor, Now now) {
        if (cursor == null) {
            return new SweepCursor(now.xmin, now.xmin, 0, 0, now.head, null, now.head);
        }
        boolean isNewLap = cursor.table() == 0 && cursor.block() == 0;
        return isNewLap
                ? new SweepCursor(cursor.since(), now.xmin, 0, 0, cursor.position(), cursor.after(), now.head)
                : cursor;
    }

    private static SweepCursor at(SweepCursor from, int table, long block) {
        return new SweepCursor(from.since(), from.lap(), table, block, from.position(), from.after(), from.head());
    }

    private Future<SweepCursor> unwritten(SweepCursor from, boolean first, Set<UUID> streams) {
        if (!first) {
            return Future.succeededFuture(from);
        }
        Table table = tables.get(0);
        return database.commit(
                        UNWRITTEN.formatted(table.name, table.key),
                        Tuple.of(from.after() == null ? BEFORE_ALL : from.after(), UNWRITTEN_OF_A_SWEEP))
                .map(rows -> {
                    UUID last = null;
                    for (Row row : rows) {
                        last = row.getUUID(0);
                        streams.add(last);
                    }
                    UUID after = rows.size() < UNWRITTEN_OF_A_SWEEP ? null : last;
                    return new SweepCursor(
                            from.since(), from.lap(), from.table(), from.block(), from.position(), after, from.head());
                });
    }

    private Future<SweepCursor> written(SweepCursor from, Now now, Set<UUID> streams) {
        Table table = tables.get(from.table());
        long end = from.block() + BLOCKS_OF_A_PIECE;
        return writersSince(from.position(), now)
                .compose(known -> database.commit(
                        WRITTEN.formatted(table.name, table.key),
                        Tuple.of(place(from.block()), place(end), from.since(), from.position())
                                .addInteger(ROWS_OF_A_PIECE)
                                .addArrayOfLong(known.ids.toArray(Long[]::new))
                                .addInteger(UNEXPLAINED_OF_A_PIECE)
                                .addInteger(EXPLAINED_OF_A_PIECE)))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    Collections.addAll(streams, row.getArrayOfUUIDs(1));
                    Collections.addAll(streams, row.getArrayOfUUIDs(2));
                    // A block has fewer rows than are taken, explained or not, so this goes on.
                    Long ended = row.getLong(0);
                    return after(from, ended == null ? end : ended, now);
                });
    }

    /** Asked once for all pieces of a lap: what is written meanwhile is seldom, or the service's own all the same. */
    private Future<Writers> writersSince(long position, Now now) {
        Writers known = writers;
        if (known != null && known.since == position) {
            return Future.succeededFuture(known);
        }
        long after = Math.max(position, now.head - POSITIONS_OF_WRITERS);
        return database.commit(WRITERS, Tuple.of(after, now.head)).map(rows -> {
            Long[] ids = rows.iterator().next().getArrayOfLongs(0);
            var next = new Writers(position, ids == null ? List.of() : List.of(ids));
            writers = next;
            return next;
        });
    }

    private static String place(long block) {
        return "(" + block + ",0)";
    }

    private SweepCursor after(SweepCursor from, long block, Now now) {
        if (block < now.blocks) {
            return at(from, from.table(), block);
        }
        return at(from, from.table() + 1 < tables.size() ? from.table() + 1 : 0, 0);
    }

    /**
     * At the end of a lap, which is up to where it began, like the rows: what the service has written since then is
     * told by events after that. Of a very long lap the older events are left to the going over of unwritten rows.
     */
    private Future<SweepCursor> strays(SweepCursor next, Now now, Set<UUID> streams) {
        Long begun = next.head();
        long head = begun == null ? now.head : begun;
        long from = Math.max(next.position(), head - POSITIONS_OF_A_LAP);
        return database.commit(strays, Tuple.of(from, head, STRAYS_OF_A_LAP)).map(rows -> {
            rows.forEach(row -> streams.add(row.getUUID(0)));
            return new SweepCursor(next.lap(), next.lap(), 0, 0, head, next.after(), null);
        });
    }
}
