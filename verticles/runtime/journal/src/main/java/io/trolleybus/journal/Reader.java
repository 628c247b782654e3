package io.trolleybus.journal;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Payload;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.model.FeedMessages.Nudge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal page by page and applies each in one transaction with the new checkpoint. The checkpoint advances by
 * compare-and-set, so of two readers with the same name only one applies a page, and the other starts over from what is
 * stored.
 *
 * <p>Of several instances with the same checkpoint one reads, for as long as it renews its claim; the others look once
 * a second whether it still does, and whether the checkpoint moved.
 *
 * <p>For one event loop.
 */
final class Reader {
    private static final Logger LOG = LogManager.getLogger(Reader.class);
    private static final long POLL_MS = 1_000;
    private static final long NOT_LINGERING = -1;

    /** Where pages come from, and what is done with them. */
    interface Source {
        Future<FeedPage> read(long after);

        /** Whether there was nothing after this page when it was read. */
        boolean isLast(FeedPage page);

        /** Applies a page in the transaction that advances the checkpoint from {@code after} to its end. */
        Future<?> apply(SqlConnection tx, long after, FeedPage page);

        /** The checkpoint has moved, or may have. */
        default void moved() {}

        /** Everything that stood in the journal when it was read last is applied. */
        default void caughtUp() {}
    }

    private final ServiceContext context;
    private final String journal;
    private final Checkpoint checkpoint;
    private final Set<String> types;
    private final LongSupplier lingerMs;
    private final LongConsumer lag;
    private final Source source;
    private @Nullable MessageConsumer<Payload> nudges;
    private List<Promise<Void>> waiting = new ArrayList<>();
    private long timer;
    private long lingering = NOT_LINGERING;
    private long position = -1;
    private boolean reading;
    /** There is more to read at once. */
    private boolean woken;
    /** There is more to read, after the linger. */
    private boolean nudged;

    private boolean stopped;

    /**
     * @param journal the service whose nudges are heard
     * @param types of which something must have happened for a nudge to matter; empty for all
     * @param lingerMs how long to gather after a nudge or, under way, after a page, in milliseconds; is asked each time
     * @param lag is told how many events this reader is behind; 0 while another one reads
     */
    Reader(
            ServiceContext context,
            String journal,
            Checkpoint checkpoint,
            Set<String> types,
            LongSupplier lingerMs,
            LongConsumer lag,
            Source source) {
        this.context = context;
        this.journal = journal;
        this.checkpoint = checkpoint;
        this.types = types;
        this.lingerMs = lingerMs;
        this.lag = lag;
        this.source = source;
    }

    /** Reads from now on, by itself. The checkpoint's row has to be there. */
    void start() {
        nudges = context.vertx().eventBus().consumer(FeedMessages.nudgeAddress(journal), m -> nudged(m.body()));
        timer = context.vertx().setPeriodic(POLL_MS, tick -> look());
        look();
    }

    /** Reads, or sees how far another has read. What is stored counts, since another may have moved it. */
    private void look() {
        long seen = position;
        checkpoint
                .claim()
                .onSuccess(stored -> {
                    if (!reading && position == seen && stored != position) {
                        position = stored;
                        source.moved();
                    }
                    if (!checkpoint.isClaimed()) {
                        lag.accept(0);
                    } else if (position < 0 || lingerMs.getAsLong() == 0) {
                        wake();
                    } else {
                        gather();
                    }
                })
                .onFailure(cause -> LOG.debug("cannot see who reads {} of {}", checkpoint, journal, cause));
    }

    /**
     * Reads now, even if another does so as a rule. Completes when everything that stood in the journal at this moment
     * is applied; fails if it cannot be read.
     */
    Future<Void> catchUp() {
        if (stopped) {
            return Future.failedFuture(new Retired(checkpoint.toString()));
        }
        Promise<Void> caughtUp = Promise.promise();
        waiting.add(caughtUp);
        wake();
        return caughtUp.future();
    }

    /** Whether this is the one of several instances that reads. */
    boolean isClaimed() {
        return checkpoint.isClaimed();
    }

    Future<Void> stop() {
        stopped = true;
        context.vertx().cancelTimer(timer);
        endLinger();
        if (!reading) {
            serve(Future.failedFuture(new Retired(checkpoint.toString())));
        }
        Future<Void> silent = nudges == null ? Future.succeededFuture() : nudges.unregister();
        // A claim that cannot be given up ends by itself.
        return silent.eventually(checkpoint::giveUp).otherwiseEmpty();
    }

    /** Reads from where the checkpoint was set back to. */
    void startOver() {
        position = -1;
        source.moved();
        wake();
    }

    private void nudged(Payload message) {
        if (!checkpoint.isClaimed()) {
            return;
        }
        Nudge nudge = message.as(Nudge.class);
        lag.accept(Math.max(0, nudge.position() - position));
        if (nudge.position() <= position
                || (!types.isEmpty() && nudge.types().stream().noneMatch(types::contains))) {
            return;
        }
        if (lingerMs.getAsLong() == 0) {
            wake();
        } else {
            gather();
        }
    }

    private void gather() {
        if (!nudged) {
            nudged = true;
            if (!reading) {
                linger();
            }
        }
    }

    private void linger() {
        endLinger();
        lingering = context.vertx().setTimer(lingerMs.getAsLong(), tick -> wake());
    }

    /** What is read is not waited for any more. */
    private void endLinger() {
        if (lingering != NOT_LINGERING) {
            context.vertx().cancelTimer(lingering);
            lingering = NOT_LINGERING;
        }
    }

    /** Reads at once, and again if it is reading already. */
    void wake() {
        woken = true;
        if (!reading && !stopped) {
            reading = true;
            readOn();
        }
    }

    private void readOn() {
        woken = false;
        nudged = false;
        endLinger();
        List<Promise<Void>> served = waiting;
        waiting = new ArrayList<>();
        (position < 0 ? checkpoint.position() : Future.succeededFuture(position))
                .onSuccess(from -> position = from)
                .compose(source::read)
                .compose(this::apply)
                .onComplete(done -> {
                    if (done.failed()) {
                        // The poll tries again; what is stored decides where from.
                        position = -1;
                        source.moved();
                        report(done.cause());
                    }
                    boolean more = done.succeeded() && done.result();
                    // What the other reader applied may be less than what those who wait for it want to see.
                    boolean overtaken = done.cause() instanceof Fenced && !served.isEmpty() && !stopped;
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
                    if (stopped) {
                        serve(Future.failedFuture(new Retired(checkpoint.toString())));
                    } else if (done.succeeded()) {
                        source.caughtUp();
                        if (nudged) {
                            linger();
                        }
                    }
                });
    }

    private void serve(Future<Void> outcome) {
        List<Promise<Void>> served = waiting;
        waiting = new ArrayList<>();
        served.forEach(promise -> promise.handle(outcome));
    }

    /** That the source or the database is away passes by itself; a page that cannot be applied needs a person. */
    private void report(Throwable cause) {
        boolean passes = cause instanceof UnavailableException
                || cause instanceof BusyException
                || cause instanceof Fenced
                || cause instanceof Retired
                || Database.isUnavailable(cause);
        LOG.log(passes ? Level.DEBUG : Level.WARN, "{} reads {}.feed again later", checkpoint, journal, cause);
    }

    /** @return whether there is more at once */
    private Future<Boolean> apply(FeedPage page) {
        long from = position;
        boolean more = !source.isLast(page);
        if (page.through() <= from) {
            return Future.succeededFuture(false);
        }
        return context.database()
                .transaction(tx -> checkpoint
                        .advance(tx, from, page.through())
                        .compose(advanced -> advanced
                                ? source.apply(tx, from, page)
                                : Future.failedFuture(new Fenced(checkpoint.toString()))))
                .map(applied -> {
                    position = page.through();
                    if (!page.entries().isEmpty()) {
                        source.moved();
                    }
                    Long head = page.head();
                    lag.accept(head == null ? 0 : Math.max(0, head - position));
                    return more;
                });
    }
}
