package io.trolleybus.saga;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Trace;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
    private static final String OPEN =
            "select id, state::text from trip where owner = $1 and id > $2 order by id limit $3";
    private static final String ADOPT = "update trip set owner = $2 where owner = $1";

    /** What the sagas are about. */
    record Trip(UUID id) {
        Trace trace() {
            return TRACE;
        }
    }

    /** So many calls of the store fail from now on. */
    final AtomicInteger failures = new AtomicInteger();

    private final Database database;

    Trips(Database database) {
        this.database = database;
    }

    @Override
    public Future<@Nullable Trip> save(Trip trip, SagaState state) {
        return reachable().compose(ok -> database.reads()
                .preparedQuery(SAVE)
                .execute(Tuple.of(trip.id, Json.write(state), ME))
                .map(saved -> saved.rowCount() == 1 ? trip : null));
    }

    @Override
    public Future<List<Stored<Trip>>> open(String owner, @Nullable Trip after, int limit) {
        return reachable().compose(ok -> database.reads()
                .preparedQuery(OPEN)
                .execute(Tuple.of(owner, after == null ? BEFORE_ALL : after.id, limit))
                .map(rows -> {
                    List<Stored<Trip>> page = new ArrayList<>();
                    for (Row row : rows) {
                        SagaState state = Json.read(row.getString(1), SagaState.class);
                        page.add(new Stored<>(new Trip(row.getUUID(0)), state));
                    }
                    return page;
                }));
    }

    @Override
    public Future<?> adopt(SqlConnection tx, String from, String to) {
        return tx.preparedQuery(ADOPT).execute(Tuple.of(from, to));
    }

    private Future<Void> reachable() {
        return failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                ? Future.failedFuture("the database is away")
                : Future.succeededFuture();
    }
}
