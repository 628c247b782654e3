package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderDesk.Also;
import io.trolleybus.order.OrderDesk.Change;
import io.trolleybus.order.OrderDesk.Changed;
import io.trolleybus.order.domain.OrderCommand;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaLog;
import io.trolleybus.saga.SagaState;
import io.trolleybus.saga.SagaStore;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the sagas of one definition in {@code order_saga}. With an end it stores what the end means for the order, in
 * the same transaction. For one event loop.
 */
final class DeskSagaStore implements SagaStore<DeskSaga> {
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String INSERT = """
            insert into order_saga (id, order_id, definition, version, subject, state, log, traceparent, owner,
                                    started_at, updated_at)
            values ($1, $2, $3, $4, $5::text::json, $6::text::json, '[]', $7, $8, $9, $9)
            """;

    private static final String SAVE = """
            update order_saga set state = $3::text::json, log = $6::text::json, updated_at = $4,
                owner = case when $5 then null else owner end
            where id = $1 and owner = $2
            returning subject::text
            """;

    private static final String REPLACE = "update order_saga set state = $2::text::json, owner = $3 where id = $1";

    private static final String STATE = "select state::text from order_saga where id = $1";

    private static final String IS_KNOWN = "(definition = $1 and version = any($2))";

    private static final String OPEN =
            "select id, order_id, version, subject::text, traceparent, state::text, log::text"
                    + " from order_saga where owner = $3 and id > $4 and " + IS_KNOWN + " order by id limit $5";

    private static final String OPEN_OF =
            "select id, order_id, version, subject::text, traceparent, state::text, log::text"
                    + " from order_saga where owner = $3 and id = any($4) and " + IS_KNOWN;

    private static final String HEIR = "case when " + IS_KNOWN + " then $4 else '" + NOBODY + "' end";

    private static final String ADOPT = "with adopted as (update order_saga set owner = " + HEIR
            + " where definition = $1 and owner = $3 and owner <> " + HEIR + " returning id, owner)"
            + " select id from adopted where owner = $4";

    private static final String DISOWN = "update order_saga set owner = '" + NOBODY
            + "' where owner = $1 and owner <> '" + NOBODY + "' and definition <> all($2)";

    private static final String WAITING =
            "select count(*) from order_saga where definition = $1 and owner = '" + NOBODY + "' and not " + IS_KNOWN;

    private final Database database;
    private final SagaLease lease;
    private final OrderDesk desk;
    private final InstantSource clock;
    private final String definition;
    private final int current;
    private final Integer[] known;
    private final BiFunction<DeskSaga, SagaState, Optional<OrderCommand>> ending;
    private final Principal self;

    /** @param ending what an end means for the order, if anything */
    DeskSagaStore(
            Database database,
            SagaLease lease,
            OrderDesk desk,
            InstantSource clock,
            SagaVersions<DeskSaga> versions,
            Principal self,
            BiFunction<DeskSaga, SagaState, Optional<OrderCommand>> ending) {
        this.database = database;
        this.lease = lease;
        this.desk = desk;
        this.clock = clock;
        this.definition = versions.name();
        this.current = versions.current();
        this.known = versions.known().toArray(Integer[]::new);
        this.self = self;
        this.ending = ending;
    }

    /** Fails unless the lease is held: a saga of an owner without one would be nobody's to take over. */
    Future<?> hold(SqlConnection tx) {
        return lease.require(tx);
    }

    /** Stores a saga that is to begin when the transaction is committed, which has to {@link #hold} the lease. */
    Future<?> insert(SqlConnection tx, DeskSaga saga) {
        return tx.preparedQuery(INSERT).execute(row(saga));
    }

    private Tuple row(DeskSaga saga) {
        return Tuple.tuple()
                .addValue(saga.id())
                .addValue(saga.orderId())
                .addValue(definition)
                .addValue(current)
                .addValue(Json.write(saga.needs()))
                .addValue(Json.write(SagaColumn.START))
                .addValue(saga.trace().traceparent())
                .addValue(lease.owner())
                .addValue(now());
    }

    @Override
    public Future<@Nullable DeskSaga> save(DeskSaga subject, SagaState state, SagaLog log, boolean again) {
        return database.transaction(tx -> hold(tx).compose(held -> save(tx, subject, state, log)))
                .compose(saved -> {
                    saved.changed.ifPresent(desk::nudge);
                    return saved.isOurs || !again ? Future.succeededFuture(saved.isOurs) : wasSaved(subject, state);
                })
                .map(isOurs -> isOurs ? subject : null);
    }

    @Override
    public Future<?> replace(SqlConnection tx, UUID saga, SagaState state, String owner) {
        return tx.preparedQuery(REPLACE).execute(Tuple.of(saga, Json.write(state), owner));
    }

    private record Saved(boolean isOurs, Optional<Reply<Changed>> changed) {
        static final Saved NOT_OURS = new Saved(false, Optional.empty());
        static final Saved ALONE = new Saved(true, Optional.empty());
    }

    private Future<Saved> save(SqlConnection tx, DeskSaga subject, SagaState state, SagaLog log) {
        return tx.preparedQuery(SAVE)
                .execute(Tuple.of(
                        subject.id(), lease.owner(), Json.write(state), now(), state.hasEnded(), Json.write(log)))
                .compose(updated -> {
                    if (updated.rowCount() == 0) {
                        return Future.succeededFuture(Saved.NOT_OURS);
                    }
                    // Its steps may have noted something that this process did not see, or forgot.
                    DeskSaga noted = subject.with(
                            DeskSaga.Needs.read(updated.iterator().next().getString(0)));
                    Optional<OrderCommand> command = state.hasEnded() ? ending.apply(noted, state) : Optional.empty();
                    return command.map(end -> end(tx, noted, end)).orElseGet(() -> Future.succeededFuture(Saved.ALONE));
                });
    }

    private Future<Saved> end(SqlConnection tx, DeskSaga subject, OrderCommand command) {
        var change = new Change(subject.orderId(), command, self, subject.trace(), null);
        return desk.changeIn(tx, change, Also.NOTHING)
                .compose(reply -> reply.fold(
                        changed -> Future.succeededFuture(new Saved(true, Optional.of(reply))),
                        refusal -> Future.failedFuture(new IllegalStateException(
                                "saga " + subject.id() + " ends as its order cannot: " + refusal.detail()))));
    }

    /** A write that finds no row of ours may be the repetition of one whose answer was lost. */
    private Future<Boolean> wasSaved(DeskSaga subject, SagaState state) {
        return database.reads()
                .preparedQuery(STATE)
                .execute(Tuple.of(subject.id()))
                .map(rows -> Json.read(rows.iterator().next().getString(0), SagaState.class)
                        .equals(state))
                .map(same -> same && state.hasEnded());
    }

    @Override
    public Future<List<Unread<DeskSaga>>> open(String owner, @Nullable UUID after, int limit) {
        return database.reads()
                .preparedQuery(OPEN)
                .execute(Tuple.of(definition, known, owner, after == null ? BEFORE_ALL : after, limit))
                .map(DeskSagaStore::unread);
    }

    @Override
    public Future<List<Unread<DeskSaga>>> open(String owner, Collection<UUID> ids) {
        return database.reads()
                .preparedQuery(OPEN_OF)
                .execute(Tuple.of(definition, known, owner, ids.toArray(UUID[]::new)))
                .map(DeskSagaStore::unread);
    }

    private static List<Unread<DeskSaga>> unread(RowSet<Row> rows) {
        List<Unread<DeskSaga>> page = new ArrayList<>(rows.size());
        rows.forEach(row -> page.add(new Unread<>(row.getUUID(0), () -> stored(row))));
        return page;
    }

    private static Stored<DeskSaga> stored(Row row) {
        return new Stored<>(
                saga(row), Json.read(row.getString(5), SagaState.class), Json.read(row.getString(6), SagaLog.class));
    }

    private static DeskSaga saga(Row row) {
        Trace trace = Trace.parse(row.getString(4));
        return new DeskSaga(
                row.getUUID(0),
                row.getUUID(1),
                row.getInteger(2),
                DeskSaga.Needs.read(row.getString(3)),
                trace == null ? SagaColumn.UNKNOWN : trace);
    }

    @Override
    public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
        return tx.preparedQuery(ADOPT)
                .execute(Tuple.of(definition, known, from, to))
                .map(rows -> {
                    Set<UUID> adopted = new HashSet<>();
                    rows.forEach(row -> adopted.add(row.getUUID(0)));
                    return adopted;
                });
    }

    /** Gives an owner's sagas of other definitions than these to {@link #NOBODY}. */
    static Future<?> disown(SqlConnection tx, String owner, String[] definitions) {
        return tx.preparedQuery(DISOWN).execute(Tuple.of(owner, (Object) definitions));
    }

    @Override
    public Future<Long> waiting() {
        return database.reads()
                .preparedQuery(WAITING)
                .execute(Tuple.of(definition, (Object) known))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
