package io.trolleybus.saga;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Trace;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sagas in a table of their own; a test can have it lose its database for some time. */
final class Trips implements SagaStore<Trips.Trip> {
    static final List<String> MIGRATIONS =
            List.of("io/trolleybus/saga/migrations", "io/trolleybus/saga/testmigrations");
    static final String ME = "me";

    private static final Trace TRACE = Trace.root(new Random(1), false);
    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final String SAVE = "update trip set state = $2::text::json where id = $1 and owner = $3";
    private static final String OPEN = "select id, version, state::text from trip"
            + " where owner = $1 and id > $2 and version = any($4) order by id limit $3";
    private static final String OPEN_OF = "select id, version, state::text from trip"
            + " where owner = $1 and id = any($2) and version = any($3) order by id";
    private static final String HEIR = "case when version = any($3) then $2 else '' end";
    private static final String ADOPT =
            "with adopted as (update trip set owner = " + HEIR + " where owner = $1 and owner <> " + HEIR
                    + " returning id, owner) select id from adopted where owner = $2";
    private static final String WAITING = "select count(*) from trip where owner = '' and version <> all($1)";

    /** What the sagas are about. */
    record Trip(UUID id, int version) {
        Trip(UUID id) {
            this(id, 1);
        }

        Trace trace() {
            return TRACE;
        }
    }

    /** So many calls of the store fail from now on. */
    final AtomicInteger failures = new AtomicInteger();

    /** How often open sagas were asked for. */
    final AtomicInteger asked = new AtomicInteger();

    private final Database database;
    private final Integer[] known;

    /** @param known versions */
    Trips(Database database, Set<Integer> known) {
        this.database = database;
        this.known = known.toArray(Integer[]::new);
    }

    @Override
    public Future<@Nullable Trip> save(Trip trip, SagaState state, SagaLog log, boolean again) {
        return reachable().compose(ok -> database.reads()
                .preparedQuery(SAVE)
                .execute(Tuple.of(trip.id, Json.write(state), ME))
                .map(saved -> saved.rowCount() == 1 ? trip : null));
    }

    @Override
    public Future<List<Unread<Trip>>> open(String owner, @Nullable UUID after, int limit) {
        asked.incrementAndGet();
        return reachable().compose(ok -> database.reads()
                .preparedQuery(OPEN)
                .execute(Tuple.of(owner, after == null ? BEFORE_ALL : after, limit, known))
                .map(Trips::unread));
    }

    @Override
    public Future<List<Unread<Trip>>> open(String owner, Collection<UUID> ids) {
        asked.incrementAndGet();
        return reachable().compose(ok -> database.reads()
                .preparedQuery(OPEN_OF)
                .execute(Tuple.of(owner, ids.toArray(UUID[]::new), known))
                .map(Trips::unread));
    }

    private static List<Unread<Trip>> unread(RowSet<Row> rows) {
        List<Unread<Trip>> page = new ArrayList<>();
        rows.forEach(row -> page.add(new Unread<>(row.getUUID(0), () -> stored(row))));
        return page;
    }

    private static Stored<Trip> stored(Row row) {
        SagaState state = Json.read(row.getString(2), SagaState.class);
        return new Stored<>(new Trip(row.getUUID(0), row.getInteger(1)), state, SagaLog.EMPTY);
    }

    @Override
    public Future<?> replace(SqlConnection tx, UUID saga, SagaState state, String owner) {
        return tx.preparedQuery(SAVE).execute(Tuple.of(saga, Json.write(state), owner));
    }

    @Override
    public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
        return tx.preparedQuery(ADOPT).execute(Tuple.of(from, to, known)).map(rows -> {
            Set<UUID> adopted = new HashSet<>();
            rows.forEach(row -> adopted.add(row.getUUID(0)));
            return adopted;
        });
    }

    @Override
    public Future<Long> waiting() {
        return database.reads()
                .preparedQuery(WAITING)
                .execute(Tuple.of((Object) known))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private Future<Void> reachable() {
        return failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                ? Future.failedFuture("the database is away")
                : Future.succeededFuture();
    }
}
