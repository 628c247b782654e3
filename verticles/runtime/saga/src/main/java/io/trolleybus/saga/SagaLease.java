package io.trolleybus.saga;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.UnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A service instance's right to run the sagas that bear its owner's name. It is renewed while the instance lives; when
 * it has expired, by the clock of the database, any other instance takes the sagas over. Each batch of writes holds the
 * lease's row ({@link #hold}), so a take-over leaves it alone and what comes after a take-over finds the lease gone. It
 * holds it by a key-share lock, which only what takes the lease waits for: a renewal does not, however many
 * transactions hold the lease one after another.
 *
 * <p>Sagas of a version that the heir does not know it takes from their dead owner, too, but gives them to nobody; each
 * instance takes from there what it knows. So one of an older program never runs a saga of a newer one, and one of the
 * newer program never waits for the owner's return.
 *
 * <p>An instance that comes back under its own name takes its lease at once, with a new epoch. For one event loop.
 */
public final class SagaLease {
    private static final Logger LOG = LogManager.getLogger(SagaLease.class);
    private static final long RENEW_MS = 2_000;

    /** Waits for the transactions that hold the lease under its last epoch, which the update below would not. */
    private static final String AWAIT_HOLDERS = "select from saga_lease where owner = $1 for update";

    private static final String ACQUIRE = """
            insert into saga_lease (owner, epoch, expires_at)
            values ($1, nextval('saga_epoch'), now() + interval '10 seconds')
            on conflict (owner) do update set epoch = excluded.epoch, expires_at = excluded.expires_at
            returning epoch
            """;

    private static final String RENEW = """
            update saga_lease set expires_at = now() + interval '10 seconds' where owner = $1 and epoch = $2
            """;

    /** Gives one row while the lease of owner $1 under epoch $2 is held, and keeps it so until the transaction ends. */
    public static final String HOLD = "select from saga_lease where owner = $1 and epoch = $2 for key share";

    private static final String TAKE_EXPIRED = """
            delete from saga_lease where owner in
              (select owner from saga_lease where expires_at < now() and owner <> $1 for update skip locked)
            returning owner
            """;

    private static final String RELEASE = "update saga_lease set expires_at = now() where owner = $1 and epoch = $2";

    private static final Future<Set<UUID>> NONE = Future.succeededFuture(Set.of());

    /** Told when sagas come to this instance. */
    public interface Holder {
        /** This instance's own sagas are to be run from what is stored; those in memory are stale. */
        void acquired();

        /** These sagas of others are this instance's now, and are to be run from what is stored. */
        void adopted(Set<UUID> sagas);

        /** As {@link SagaStore#adopt}. */
        Future<Set<UUID>> adopt(SqlConnection tx, String from, String to);
    }

    private final Vertx vertx;
    private final Database database;
    private final String owner;
    private final Holder holder;
    private long epoch;
    private long timer;
    private Future<?> renewing = Future.succeededFuture();

    public SagaLease(Vertx vertx, Database database, String owner, Holder holder) {
        this.vertx = vertx;
        this.database = database;
        this.owner = owner;
        this.holder = holder;
    }

    /** Completes when the lease is held. */
    public Future<Void> start() {
        return acquire().onSuccess(held -> timer = vertx.setPeriodic(RENEW_MS, tick -> renew()));
    }

    /** Lets the lease expire now, so that others take over without waiting; after a renewal that is under way. */
    public Future<Void> stop() {
        vertx.cancelTimer(timer);
        return renewing.transform(renewed -> database.reads()
                .preparedQuery(RELEASE)
                .execute(Tuple.of(owner, epoch))
                .mapEmpty());
    }

    /** Of the lease as this instance took it last. */
    public long epoch() {
        return epoch;
    }

    public String owner() {
        return owner;
    }

    /** Whether this instance still holds its lease, and keeps it at least until the transaction ends. */
    public Future<Boolean> hold(SqlConnection tx) {
        return tx.preparedQuery(HOLD).execute(Tuple.of(owner, epoch)).map(rows -> rows.size() == 1);
    }

    /** Completes if {@link #hold} says so, and fails if this instance may not write for its sagas any more. */
    public Future<Void> require(SqlConnection tx) {
        return hold(tx).compose(held -> held
                ? Future.succeededFuture()
                : Future.failedFuture(new UnavailableException("the saga lease of " + owner + " is lost")));
    }

    /** What this instance owned under its last program may be of versions that the present one does not know. */
    private Future<Void> acquire() {
        return database.transaction(tx -> tx.preparedQuery(AWAIT_HOLDERS)
                        .execute(Tuple.of(owner))
                        .compose(free -> tx.preparedQuery(ACQUIRE).execute(Tuple.of(owner)))
                        .compose(taken -> holder.adopt(tx, owner, owner)
                                .map(kept -> taken.iterator().next().getLong(0))))
                .map(taken -> {
                    epoch = taken;
                    holder.acquired();
                    return null;
                });
    }

    private void renew() {
        if (!renewing.isComplete()) {
            return;
        }
        renewing = database.reads()
                .preparedQuery(RENEW)
                .execute(Tuple.of(owner, epoch))
                .compose(renewed -> renewed.rowCount() == 1 ? Future.<Void>succeededFuture() : reacquire())
                .compose(held -> takeOver())
                .onFailure(cause -> LOG.warn("cannot renew the saga lease of {}: {}", owner, cause.getMessage()));
    }

    private Future<Void> reacquire() {
        LOG.warn("the saga lease of {} was taken over; starting again with a new epoch", owner);
        return acquire();
    }

    /** Only under a lease of our own: sagas given to an owner without one would be nobody's to take over. */
    private Future<Void> takeOver() {
        return database.transaction(tx -> hold(tx).compose(held -> held ? adoptAll(tx) : NONE))
                .map(adopted -> {
                    if (!adopted.isEmpty()) {
                        LOG.info("{} goes on with {} sagas that it took over", owner, adopted.size());
                        holder.adopted(adopted);
                    }
                    return null;
                });
    }

    private Future<Set<UUID>> adoptAll(SqlConnection tx) {
        return tx.preparedQuery(TAKE_EXPIRED).execute(Tuple.of(owner)).compose(expired -> {
            var adoptions = new ArrayList<Future<Set<UUID>>>();
            for (Row row : expired) {
                String from = row.getString(0);
                LOG.warn("{} takes over the sagas of {}", owner, from);
                adoptions.add(holder.adopt(tx, from, owner));
            }
            adoptions.add(holder.adopt(tx, SagaStore.NOBODY, owner));
            return Future.all(adoptions).map(done -> union(adoptions));
        });
    }

    private static Set<UUID> union(List<Future<Set<UUID>>> parts) {
        return parts.stream().flatMap(part -> part.result().stream()).collect(Collectors.toSet());
    }
}
