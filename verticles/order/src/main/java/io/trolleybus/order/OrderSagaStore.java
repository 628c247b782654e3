package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.order.OrderWrite.Advance;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import io.trolleybus.saga.SagaStore;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the place-order sagas in the rows of their orders, so that a saga's end and what it means are one write. */
final class OrderSagaStore implements SagaStore<PlacedOrder> {
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String GET = "select " + OrderRows.COLUMNS + "from orders where id = $1";

    private static final String IS_KNOWN =
            "(saga->>'definition' = '" + PlaceOrderSaga.NAME + "' and (saga->>'version')::int = any($1))";

    private static final String OPEN = "select " + OrderRows.COLUMNS
            + "from orders where saga_owner = $2 and id > $3 and " + IS_KNOWN + " order by id limit $4";

    private static final String OPEN_OF =
            "select " + OrderRows.COLUMNS + "from orders where saga_owner = $2 and id = any($3) and " + IS_KNOWN;

    private static final String HEIR = "case when " + IS_KNOWN + " then $3 else '" + NOBODY + "' end";

    private static final String ADOPT = "with adopted as (update orders set saga_owner = " + HEIR
            + " where saga_owner = $2 and saga_owner <> " + HEIR + " returning id, saga_owner)"
            + " select id from adopted where saga_owner = $3";

    private static final String REPLACE = """
            update orders set saga = (saga::jsonb || $2::text::jsonb)::json, saga_owner = $3 where id = $1
            """;

    private static final String SUPERSEDE = """
            update orders set saga = (saga::jsonb || $2::text::jsonb)::json, saga_owner = null
            where id = $1 and saga_owner is not null
            """;

    private static final String WAITING =
            "select count(*) from orders where saga_owner = '" + NOBODY + "' and not " + IS_KNOWN;

    private final Database database;
    private final GroupCommit<OrderWrite, Outcome> writes;
    private final Integer[] known;

    OrderSagaStore(Database database, GroupCommit<OrderWrite, Outcome> writes, SagaVersions<PlacedOrder> versions) {
        this.database = database;
        this.writes = writes;
        this.known = versions.known().toArray(Integer[]::new);
    }

    @Override
    public Future<@Nullable PlacedOrder> save(PlacedOrder subject, SagaState state, SagaLog log, boolean again) {
        return writes.submit(new Advance(subject, state, log)).compose(outcome -> {
            if (outcome instanceof Outcome.Written written) {
                return Future.succeededFuture(written.subject());
            }
            return again ? savedBefore(subject, state) : Future.succeededFuture();
        });
    }

    /**
     * A write that finds its order moved may be the repetition of one whose answer was lost. But an order that came to
     * another end is not this saga's any more: were it told that its turning back is stored, it would undo what was
     * done.
     */
    private Future<@Nullable PlacedOrder> savedBefore(PlacedOrder subject, SagaState state) {
        return database.reads()
                .preparedQuery(GET)
                .execute(Tuple.of(subject.order().id()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    SagaState stored = SagaColumn.read(row.getString(OrderRows.SAGA_COLUMN))
                            .state();
                    return stored.hasEnded() && stored.getClass() == state.getClass() ? OrderRows.placed(row) : null;
                });
    }

    @Override
    public Future<List<Unread<PlacedOrder>>> open(String owner, @Nullable UUID after, int limit) {
        return database.reads()
                .preparedQuery(OPEN)
                .execute(Tuple.of(known, owner, after == null ? BEFORE_ALL : after, limit))
                .map(OrderSagaStore::unread);
    }

    @Override
    public Future<List<Unread<PlacedOrder>>> open(String owner, Collection<UUID> ids) {
        return database.reads()
                .preparedQuery(OPEN_OF)
                .execute(Tuple.of(known, owner, ids.toArray(UUID[]::new)))
                .map(OrderSagaStore::unread);
    }

    private static List<Unread<PlacedOrder>> unread(RowSet<Row> rows) {
        List<Unread<PlacedOrder>> page = new ArrayList<>(rows.size());
        rows.forEach(row -> page.add(new Unread<>(row.getUUID(0), () -> stored(row))));
        return page;
    }

    private static Stored<PlacedOrder> stored(Row row) {
        SagaColumn saga = SagaColumn.read(row.getString(OrderRows.SAGA_COLUMN));
        return new Stored<>(OrderRows.placed(row, saga), saga.state(), saga.history());
    }

    @Override
    public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
        return tx.preparedQuery(ADOPT).execute(Tuple.of(known, from, to)).map(rows -> {
            Set<UUID> adopted = new HashSet<>();
            rows.forEach(row -> adopted.add(row.getUUID(0)));
            return adopted;
        });
    }

    @Override
    public Future<?> replace(SqlConnection tx, UUID orderId, SagaState state, String owner) {
        return tx.preparedQuery(REPLACE).execute(Tuple.of(orderId, SagaColumn.change(state), owner));
    }

    /**
     * Ends a saga that is under way, since another sees to what it has begun; under a lock of its order's row and with
     * an event of the order, so that whoever runs it finds the order's version changed and drops it.
     */
    static Future<?> supersede(SqlConnection tx, UUID orderId, String other) {
        return tx.preparedQuery(SUPERSEDE)
                .execute(Tuple.of(orderId, SagaColumn.change(new SagaState.Superseded(other))));
    }

    @Override
    public Future<Long> waiting() {
        return database.reads()
                .preparedQuery(WAITING)
                .execute(Tuple.of((Object) known))
                .map(rows -> rows.iterator().next().getLong(0));
    }
}
