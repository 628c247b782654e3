package io.trolleybus.journal;

import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.model.FeedMessages.ReadFeed;
import io.trolleybus.model.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Follows another service's feed and applies what it reads, each page in one transaction with the new checkpoint:
 * delivered at least once, in effect exactly once. Of several instances with the same subscription one reads, as
 * {@link Reader} says.
 *
 * <p>For one event loop.
 */
public final class Subscription {
    private static final int PAGE = 500;
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

    private final ServiceContext context;
    private final String source;
    private final Set<String> types;
    private final Projection projection;
    private final Checkpoint checkpoint;
    private final Reader reader;

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
        this.types = types;
        this.projection = projection;
        AtomicLong lag = lagOf(context, name);
        this.checkpoint = new Checkpoint(context.database().reads(), name, context.owner());
        this.reader = new Reader(context, source, checkpoint, types, () -> lingerMs, lag::set, new Pages());
    }

    private static AtomicLong lagOf(ServiceContext context, String name) {
        var lag = new AtomicLong();
        var tags = Tags.of("subscription", context.service() + '.' + name);
        context.meters().gauge("trolleybus_subscription_lag", tags, lag, AtomicLong::get);
        return lag;
    }

    /** Completes when the checkpoint is there; reading goes on by itself, also while the source is away. */
    public Future<Void> start() {
        return checkpoint.register().onSuccess(registered -> reader.start()).mapEmpty();
    }

    /**
     * Reads the feed now, even if another does so as a rule. Completes when everything that stood in it at this moment
     * is applied; fails if it cannot be read.
     */
    public Future<Void> catchUp() {
        return reader.catchUp();
    }

    public Future<Void> stop() {
        return reader.stop();
    }

    /** Clears the projection and reads the feed again from its beginning. A page under way is fenced off. */
    public Future<Void> rebuild() {
        return context.database()
                .transaction(tx -> checkpoint
                        .rewind(tx)
                        .compose(rewound -> projection.clear(tx))
                        .<Void>mapEmpty())
                .onSuccess(cleared -> reader.startOver());
    }

    /** The feed of the source, as the reader's pages. */
    private final class Pages implements Reader.Source {
        @Override
        public Future<FeedPage> read(long after) {
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

        /** A service of a release before says nothing of its head; then a full page means that there may be more. */
        @Override
        public boolean isLast(FeedPage page) {
            Long head = page.head();
            return head == null ? page.entries().size() < PAGE : page.through() >= head;
        }

        @Override
        public Future<?> apply(SqlConnection tx, long after, FeedPage page) {
            return page.entries().isEmpty() ? Future.succeededFuture() : projection.apply(tx, page.entries());
        }

        @Override
        public void moved() {
            projection.moved();
        }
    }
}
