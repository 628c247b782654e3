package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.order.OrderWrite.Advance;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.saga.SagaState;
import io.trolleybus.saga.SagaStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the place-order sagas in the rows of their orders, so that a saga's end and what it means are one write. */
final class OrderSagaStore implements SagaStore<PlacedOrder> {
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String GET = "select " + OrderRows.COLUMNS + "from orders where id = $1";

    private static final String OPEN =
            "select " + OrderRows.COLUMNS + "from orders where saga_owner = $1 and id > $2 order by id limit $3";

    private static final String ADOPT = "update orders set saga_owner = $2 where saga_owner = $1";

    private final Database database;
    private final GroupCommit<OrderWrite, Outcome> writes;

    OrderSagaStore(Database database, GroupCommit<OrderWrite, Outcome> writes) {
        this.database = database;
        this.writes = writes;
    }

    @Override
    public Future<@Nullable PlacedOrder> save(PlacedOrder subject, SagaState state) {
        return writes.submit(new Advance(subject, state))
                .compose(outcome -> outcome instanceof Outcome.Written written
                        ? Future.succeededFuture(written.subject())
                        : savedBefore(subject, state));
    }

    /**
     * A write that found its order moved may be the repetition of one whose answer was lost. But an order that came to
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
    public Future<List<Stored<PlacedOrder>>> open(String owner, @Nullable PlacedOrder after, int limit) {
        UUID last = after == null ? BEFORE_ALL : after.order().id();
        return database.reads()
                .preparedQuery(OPEN)
                .execute(Tuple.of(owner, last, limit))
                .map(rows -> {
                    List<Stored<PlacedOrder>> page = new ArrayList<>(rows.size());
                    rows.forEach(row -> page.add(new Stored<>(
                            OrderRows.placed(row),
                            SagaColumn.read(row.getString(OrderRows.SAGA_COLUMN))
                                    .state())));
                    return page;
                });
    }

    @Override
    public Future<?> adopt(SqlConnection tx, String from, String to) {
        return tx.preparedQuery(ADOPT).execute(Tuple.of(from, to));
    }
}
