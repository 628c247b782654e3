package io.trolleybus.journal;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Payload;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.model.FeedMessages.Nudge;
import io.trolleybus.model.FeedMessages.ReadFeed;
import io.trolleybus.model.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows another service's feed and applies what it reads, each page in one transaction with the new checkpoint:
 * delivered at least once, in effect exactly once. The checkpoint advances by compare-and-set, so of two readers with
 * the same name only one applies a page, and the other starts over from what is stored.
 *
 * <p>Of several instances with the same subscription one reads, for as long as it renews its claim; the others look
 * once a second whether it still does, and whether the checkpoint moved.
 *
 * <p>For one event loop.
 */
public final class Subscription {
    private static final Logger LOG = LogManager.getLogger(Subscription.class);
    private static final int PAGE = 500;
    private static final long POLL_MS = 1_000;
    private static final long READ_LIMIT_MS = 5_000;

    /**
     * Applies entries in the transaction that advances the checkpoint; may get entries again after {@link #rebuild}.
     */
    public interface Projection {
        Future<?> apply(SqlConnection tx, List<Entry> entries);

        /** Removes everything applied so far. */
        Future<?> clear(SqlConnection tx);

        /**
         * The checkpoint has moved, or may have: by this reader, by another of its name, or back to the beginning. What
         * was remembered of the rows may be old.
         */
        default void moved() {}
    }

    private static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fenced(String name) {
            super(name + " was advanced by another reader", null, false, false);
        }
    }

    private final ServiceContext context;
    private final String source;
    private final String name;
    private final Set<String> types;
    private final long lingerMs;
    private final Projection projection;
    private final AtomicLong lag;
    private final Checkpoint checkpoint;
    private @Nullable MessageConsumer<Payload> nudges;
    private List<Promise<Void>> waiting = new ArrayList<>();
    private long timer;
    private long position = -1;
    private boolean reading;
    /** There is more to read at once. */
    private boolean woken;
    /** There is more to read, after the linger. */
    private boolean nudged;

    private boolean stopped;

    /**
     * @param source the service whose feed is read
     * @param name of the checkpoint, unique in this service's database
     * @param types the events wanted
     * @param lingerMs how long to gather after a nudge or, under way, after a page, in milliseconds: later, but in
     *     larger pages
     */
    public Subscription(
            ServiceContext context,
            String source,
            String name,
            Set<String> types,
            long lingerMs,
            Projection projection) {
        this.context = context;
        this.source = source;
        this.name = name;
        this.types = types;
        this.lingerMs = lingerMs;
        this.projection = projection;
        this.lag = lagOf(context, name);
        this.checkpoint = new Checkpoint(context.database().reads(), name, context.owner());
    }

    private static AtomicLong lagOf(ServiceContext context, String name) {
        var lag = new AtomicLong();
        var tags = Tags.of("subscription", context.service() + '.' + name);
        context.meters().gauge("trolleybus_subscription_lag", tags, lag, AtomicLong::get);
        return lag;
    }

    /** Completes when the checkpoint is there; reading goes on by itself, also while the source is away. */
    public Future<Void> start() {
        return checkpoint.register().map(registered -> {
            nudges = context.vertx().eventBus().consumer(FeedMessages.nudgeAddress(source), m -> nudged(m.body()));
            timer = context.vertx().setPeriodic(POLL_MS, tick -> look());
            look();
            return null;
        });
    }

    /** Reads, or sees how far another has read. What is stored counts, since another may have moved it. */
    private void look() {
        long seen = position;
        checkpoint
                .claim()
                .onSuccess(stored -> {
                    if (!reading && position == seen && stored != position) {
                        position = stored;
                        projection.moved();
                    }
                    if (checkpoint.isClaimed()) {
                        wake();
                    } else {
                        lag.set(0);
                    }
                })
                .onFailure(cause -> LOG.debug("cannot see who reads {}.feed", source, cause));
    }

    /**
     * Reads the feed now, even if another does so as a rule. Completes when everything that stood in it at this moment
     * is applied; fails if it cannot be read.
     */
    public Future<Void> catchUp() {
        Promise<Void> caughtUp = Promise.promise();
        waiting.add(caughtUp);
        wake();
        return caughtUp.future();
    }

    public Future<Void> stop() {
        stopped = true;
        context.vertx().cancelTimer(timer);
        Future<Void> silent = nudges == null ? Future.succeededFuture() : nudges.unregister();
        // A claim that cannot be given up ends by itself.
        return silent.eventually(checkpoint::giveUp).otherwiseEmpty();
    }

    /** Clears the projection and reads the feed again from its beginning. A page under way is fenced off. */
    public Future<Void> rebuild() {
        return context.database()
                .transaction(tx -> checkpoint
                        .rewind(tx)
                        .compose(rewound -> projection.clear(tx))
                        .<Void>mapEmpty())
                .onSuccess(cleared -> {
                    position = -1;
                    projection.moved();
                    wake();
                });
    }

    private void nudged(Payload message) {
        if (!checkpoint.isClaimed()) {
            return;
        }
        Nudge nudge = message.as(Nudge.class);
        lag.set(Math.max(0, nudge.position() - position));
        if (nudge.position() <= position
                || (!types.isEmpty() && nudge.types().stream().noneMatch(types::contains))) {
            return;
        }
        if (lingerMs == 0) {
            wake();
        } else if (!nudged) {
            nudged = true;
            if (!reading) {
                linger();
            }
        }
    }

    private void linger() {
        context.vertx().setTimer(lingerMs, tick -> wake());
    }

    private void wake() {
        woken = true;
        if (!reading && !stopped) {
            reading = true;
            readOn();
        }
    }

    private void readOn() {
        woken = false;
        nudged = false;
        List<Promise<Void>> served = waiting;
        waiting = new ArrayList<>();
        (position < 0 ? checkpoint.position() : Future.succeededFuture(position))
                .onSuccess(from -> position = from)
                .compose(this::readPage)
                .compose(this::apply)
                .onComplete(done -> {
                    if (done.failed()) {
                        // The poll tries again; what is stored decides where from.
                        position = -1;
                        projection.moved();
                        report(done.cause());
                    }
                    boolean more = done.succeeded() && done.result();
                    // What the other reader applied may be less than what those who wait for it want to see.
                    boolean overtaken = done.cause() instanceof Fenced && !served.isEmpty();
                    if (more || overtaken) {
                        waiting.addAll(served);
                    } else {
                        served.forEach(promise -> promise.handle(done.mapEmpty()));
                    }
                    if ((more || overtaken || (woken && done.succeeded())) && !stopped) {
                        readOn();
                        return;
                    }
                    reading = false;
                    if (nudged && done.succeeded() && !stopped) {
                        linger();
                    }
                });
    }

    /** That the source or the database is away passes by itself; a page that cannot be applied needs a person. */
    private void report(Throwable cause) {
        boolean passes = cause instanceof UnavailableException
                || cause instanceof BusyException
                || cause instanceof Fenced
                || Database.isUnavailable(cause);
        LOG.log(passes ? Level.DEBUG : Level.WARN, "{} reads {}.feed again later", name, source, cause);
    }

    private Future<FeedPage> readPage(long after) {
        var call = new Call(
                context.ids().get(),
                context.clock().millis() + READ_LIMIT_MS,
                Trace.root(context.random(), false),
                Principal.service(context.service()));
        return context.client()
                .call(FeedMessages.feedAddress(source), call, new ReadFeed(after, PAGE, types), FeedPage.class)
                .map(reply -> reply.fold(page -> page, refusal -> {
                    throw new IllegalStateException(source + " refused its feed: " + refusal.detail());
                }));
    }

    /** @return whether there may be more at once */
    private Future<Boolean> apply(FeedPage page) {
        long from = position;
        if (page.through() <= from) {
            return Future.succeededFuture(false);
        }
        return context.database()
                .transaction(tx -> checkpoint
                        .advance(tx, from, page.through())
                        .compose(advanced ->
                                advanced ? applyEntries(tx, page.entries()) : Future.failedFuture(new Fenced(name))))
                .map(applied -> {
                    position = page.through();
                    if (!page.entries().isEmpty()) {
                        projection.moved();
                    }
                    lag.set(0);
                    return page.entries().size() == PAGE;
                });
    }

    private Future<?> applyEntries(SqlConnection tx, List<Entry> entries) {
        return entries.isEmpty() ? Future.succeededFuture() : projection.apply(tx, entries);
    }
}
