package io.trolleybus.journal;

import io.trolleybus.chassis.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which generations a projection has: its row, and the checkpoint of each of them. */
final class ProjectionRows {
    /** In an empty journal the first generation is whole as it is. */
    private static final String REGISTER = """
            with made as (
              insert into projection (name, live, building, begun_at, live_since)
              select $1::text, case when h.position = 0 then 1 end, case when h.position > 0 then 1 end, now(),
                     case when h.position = 0 then now() end
              from journal_head h
              on conflict (name) do nothing
              returning name
            )
            insert into subscription (name, position) select name || '#1', 0 from made
            """;

    private static final String FIND = """
            select p.live, p.building, p.swept, p.begun_at, p.live_since, l.position, b.position, h.position
            from projection p
            cross join journal_head h
            left join subscription l on l.name = p.name || '#' || p.live
            left join subscription b on b.name = p.name || '#' || p.building
            where p.name = $1
            """;

    private static final String BEGIN = """
            with begun as (
              update projection set building = live + 1, begun_at = now()
              where name = $1 and building is null and live is not null
              returning name, building
            )
            insert into subscription (name, position) select name || '#' || building, 0 from begun
            """;

    private static final String LOCK = """
            select name, position from subscription where name = any ($1) order by name for update
            """;

    private static final String SWITCH = """
            update projection set live = building, building = null, live_since = now()
            where name = $1 and building = $2 and live is not distinct from $3
            """;

    private static final String RETIRE = "delete from subscription where name = $1";

    private static final String SWEPT = "update projection set swept = $2 where name = $1 and swept < $2";

    private final Database database;
    private final Projection projection;

    ProjectionRows(Database database, Projection projection) {
        this.database = database;
        this.projection = projection;
    }

    /**
     * How a projection stands.
     *
     * @param live the generation that is read; null before the first is whole
     * @param building the one that is made; null if none is
     * @param swept the last one of which no rows are left
     * @param position how far the live one has come; 0 if there is none
     * @param built how far the one that is made has come; 0 if there is none
     */
    record Stored(
            @Nullable Integer live,
            @Nullable Integer building,
            int swept,
            Instant begunAt,
            @Nullable Instant liveSince,
            long position,
            long built,
            long head) {
        static Stored of(Row row) {
            OffsetDateTime since = row.getOffsetDateTime(4);
            return new Stored(
                    row.getInteger(0),
                    row.getInteger(1),
                    row.getInteger(2),
                    Journal.instant(row, 3),
                    since == null ? null : since.toInstant(),
                    number(row.getLong(5)),
                    number(row.getLong(6)),
                    row.getLong(7));
        }

        private static long number(@Nullable Long value) {
            return value == null ? 0 : value;
        }

        /** The generation up to which rows are of no use to anybody. */
        int outdated() {
            return live == null ? 0 : live - 1;
        }
    }

    /** Makes the row, and the first generation, if this is the first time. */
    Future<?> register() {
        return database.commit(REGISTER, Tuple.of(projection.name()));
    }

    Future<Stored> find() {
        return database.reads()
                .preparedQuery(FIND)
                .execute(Tuple.of(projection.name()))
                .map(rows -> Stored.of(rows.iterator().next()));
    }

    /** Begins a next generation. @return whether it did: there is none under way then */
    Future<Boolean> begin() {
        return database.commit(BEGIN, Tuple.of(projection.name())).map(begun -> begun.rowCount() == 1);
    }

    /**
     * Has a generation read from now on, brought to where the one before has come, whose checkpoint then goes: what is
     * still being applied to that one is waited for, and nothing is applied to it afterwards. So whoever has seen an
     * event in the one sees it in the other.
     *
     * @return whether it is read; false if it is more than a stretch behind, or somebody else did this
     */
    Future<Boolean> goLive(Stored stored) {
        Integer building = stored.building();
        if (building == null) {
            return Future.succeededFuture(false);
        }
        String next = projection.checkpointOf(building);
        Optional<String> before = Optional.ofNullable(stored.live()).map(projection::checkpointOf);
        return database.transaction(tx -> positions(tx, next, before).compose(positions -> {
            Long reached = positions.get(next);
            if (reached == null) {
                return Future.succeededFuture(false);
            }
            long wanted = before.map(live -> positions.getOrDefault(live, 0L)).orElse(0L);
            if (wanted - reached > Generation.STRETCH) {
                return Future.succeededFuture(false);
            }
            return bring(tx, building, next, reached, wanted)
                    .compose(brought -> goLive(tx, building, stored.live(), before));
        }));
    }

    private Future<?> bring(SqlConnection tx, int generation, String checkpoint, long from, long to) {
        return from >= to
                ? Future.succeededFuture()
                // In nobody's name: whoever reads claims for himself.
                : tx.preparedQuery(Checkpoint.ADVANCE)
                        .execute(Tuple.of(checkpoint, from, to, null))
                        .compose(advanced -> projection.fold(tx, generation, from, to));
    }

    private static Future<Map<String, Long>> positions(SqlConnection tx, String next, Optional<String> before) {
        String[] names = before.map(live -> new String[] {live, next}).orElse(new String[] {next});
        return tx.preparedQuery(LOCK).execute(Tuple.tuple().addValue(names)).map(rows -> {
            Map<String, Long> positions = new HashMap<>();
            rows.forEach(row -> positions.put(row.getString(0), row.getLong(1)));
            return positions;
        });
    }

    private Future<Boolean> goLive(SqlConnection tx, int building, @Nullable Integer live, Optional<String> before) {
        return tx.preparedQuery(SWITCH)
                .execute(Tuple.of(projection.name(), building, live))
                .compose(switched -> switched.rowCount() == 1 && before.isPresent()
                        ? tx.preparedQuery(RETIRE)
                                .execute(Tuple.of(before.get()))
                                .map(true)
                        : Future.succeededFuture(switched.rowCount() == 1));
    }

    /** Removes some rows that nobody reads. @return whether there may be more */
    Future<Boolean> sweep(int outdated, int limit) {
        return database.commit(projection.sweep(), Tuple.of(outdated + 1, limit))
                .compose(swept -> swept.rowCount() > 0
                        ? Future.succeededFuture(true)
                        : database.commit(SWEPT, Tuple.of(projection.name(), outdated))
                                .map(false));
    }
}
