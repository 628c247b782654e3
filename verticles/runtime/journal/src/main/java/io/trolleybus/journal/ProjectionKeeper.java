package io.trolleybus.journal;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.ProjectionRows.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one projection: the generation that is read, the one that is made beside it, and the removal of what was read
 * before. What is stored says which these are; each instance looks once a second, and one of them does the work. For
 * one event loop.
 */
final class ProjectionKeeper {
    private static final Logger LOG = LogManager.getLogger(ProjectionKeeper.class);
    private static final long LOOK_MS = 1_000;
    private static final int SWEPT_AT_ONCE = 2_000;

    private final ServiceContext context;
    private final Projection projection;
    private final ProjectionRows rows;
    private final AtomicLong lag = new AtomicLong();
    private final Promise<Void> firstIsLive = Promise.promise();
    private @Nullable Generation live;
    private @Nullable Generation building;
    private Future<?> switching = Future.succeededFuture();
    private Future<?> sweeping = Future.succeededFuture();
    private long timer;
    private boolean stopped;

    ProjectionKeeper(ServiceContext context, Projection projection) {
        this.context = context;
        this.projection = projection;
        this.rows = new ProjectionRows(context.database(), projection);
        var tags = Tags.of("projection", context.service() + '.' + projection.name());
        context.meters().gauge("trolleybus_projection_lag", tags, lag, AtomicLong::get);
    }

    String name() {
        return projection.name();
    }

    /** Completes when there is a generation to be read, which may take a while if there is much to be folded. */
    Future<Void> start() {
        return rows.register()
                .compose(registered -> look())
                .onSuccess(looked -> timer = context.vertx().setPeriodic(LOOK_MS, tick -> lookAgain()))
                .compose(looked -> firstIsLive.future());
    }

    Future<?> stop() {
        stopped = true;
        context.vertx().cancelTimer(timer);
        return Future.join(stop(live), stop(building));
    }

    private static Future<Void> stop(@Nullable Generation generation) {
        return generation == null
                ? Future.succeededFuture()
                : generation.reader().stop();
    }

    /** Completes when what is read has come to where the journal ended at this moment. */
    Future<Void> catchUp() {
        Generation now = live;
        if (now == null) {
            return Future.failedFuture(new UnavailableException(projection.name() + " is being made"));
        }
        // It may have been replaced by another instance.
        return now.reader().catchUp().recover(failed -> look().compose(looked -> {
            Generation next = live;
            return next == null || next == now
                    ? Future.failedFuture(failed)
                    : next.reader().catchUp();
        }));
    }

    /** How it stands, in the database. */
    Future<Stored> find() {
        return rows.find();
    }

    /** Begins a next generation, in this process if it goes on. @return whether it did: there is none under way then */
    Future<Boolean> rebuild() {
        return rows.begin().compose(begun -> look().map(begun));
    }

    private void lookAgain() {
        look().onFailure(cause -> LOG.debug("cannot see how {} stands", projection.name(), cause));
    }

    private Future<Stored> look() {
        return rows.find().onSuccess(stored -> {
            if (!stopped) {
                follow(stored);
            }
        });
    }

    /** Reads for the generations that there are, and for no other. An older look that comes late changes nothing. */
    private void follow(Stored stored) {
        Integer read = stored.live();
        Integer made = stored.building();
        if (read != null && (live == null || live.number() < read)) {
            replaceLive(read);
        }
        if (made != null && (building == null || building.number() < made) && (live == null || live.number() < made)) {
            stop(building);
            building = begin(made);
        }
        if (read != null && live != null && live.number() == read) {
            sweep(stored);
        }
    }

    /** The one that was made here goes on as it is. */
    private void replaceLive(int number) {
        Generation before = live;
        Generation made = building;
        if (made != null && made.number() == number) {
            live = made;
            building = null;
        } else {
            live = begin(number);
        }
        stop(before);
        firstIsLive.tryComplete();
    }

    private Generation begin(int number) {
        var generation = new Generation(
                context,
                projection,
                number,
                () -> live == null || live.number() == number,
                behind -> showLag(number, behind),
                () -> caughtUp(number));
        generation.reader().start();
        return generation;
    }

    private void showLag(int number, long behind) {
        if (live != null && live.number() == number) {
            lag.set(behind);
        }
    }

    /** Has the generation read that was being made, as soon as it has come to where the journal ended a moment ago. */
    private void caughtUp(int number) {
        Generation made = building;
        if (made == null || made.number() != number || !switching.isComplete()) {
            return;
        }
        switching = rows.find()
                .compose(rows::goLive)
                .compose(switched -> look().onSuccess(looked -> {
                    if (switched) {
                        LOG.info("{} is read in generation {} from now on", projection.name(), number);
                    }
                    // It was brought on when it was switched, or is too far behind for that.
                    if (switched || made == building) {
                        made.reader().startOver();
                    }
                }))
                .onFailure(cause -> LOG.debug("{} is not switched to {} yet", projection.name(), number, cause));
    }

    private void sweep(Stored stored) {
        Generation read = live;
        if (stored.swept() < stored.outdated()
                && sweeping.isComplete()
                && read != null
                && read.reader().isClaimed()) {
            sweeping = sweep(stored.outdated())
                    .onFailure(cause -> LOG.debug("old rows of {} are removed later", projection.name(), cause));
        }
    }

    private Future<?> sweep(int outdated) {
        return rows.sweep(outdated, SWEPT_AT_ONCE)
                .compose(more -> more && !stopped ? sweep(outdated) : Future.succeededFuture());
    }
}
