package io.trolleybus.journal;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** One generation of a projection, brought up to the journal's end and kept there. For one event loop. */
final class Generation implements Reader.Source {
    /**
     * How much of the journal one transaction folds of what is made beside: some tens of milliseconds of one of few
     * connections.
     */
    static final long STRETCH = 1_000;

    /** Of what is read, which is seldom so far behind: the longer a stretch, the fewer orders are cut by its end. */
    private static final long STRETCH_THAT_IS_READ = 50_000;

    private final ServiceContext context;
    private final Projection projection;
    private final int number;
    private final BooleanSupplier isRead;
    private final Runnable caughtUp;
    private final Reader reader;
    /** By the last page. */
    private long foldedMs;
    /** By all pages since it was not behind. */
    private long foldedSinceMs;

    private long gatherMs;

    /**
     * @param isRead whether this is what queries read, or there is nothing else; if not, others come first
     * @param lag is told how many events it is behind
     * @param caughtUp is told each time it is not behind, as far as this instance has seen to it
     */
    Generation(
            ServiceContext context,
            Projection projection,
            int number,
            BooleanSupplier isRead,
            LongConsumer lag,
            Runnable caughtUp) {
        this.context = context;
        this.projection = projection;
        this.number = number;
        this.isRead = isRead;
        this.caughtUp = caughtUp;
        this.gatherMs = projection.gather().leastMs();
        var checkpoint = new Checkpoint(context.database().reads(), projection.checkpointOf(number), context.owner());
        this.reader = new Reader(context, context.service(), checkpoint, projection.types(), () -> gatherMs, lag, this);
    }

    int number() {
        return number;
    }

    Reader reader() {
        return reader;
    }

    /** Everything up to the head is visible by now; it is folded where it lies. */
    @Override
    public Future<FeedPage> read(long after) {
        return rested().compose(rested -> Feed.head(context.database().reads()))
                .map(head -> new FeedPage(List.of(), Math.min(head, after + stretch()), head));
    }

    private long stretch() {
        return isRead.getAsBoolean() ? STRETCH_THAT_IS_READ : STRETCH;
    }

    /** What is made beside takes half of the time of a connection, so that those who place orders find one. */
    private Future<?> rested() {
        return isRead.getAsBoolean() || foldedMs == 0
                ? Future.succeededFuture()
                : context.vertx().timer(foldedMs);
    }

    @Override
    public boolean isLast(FeedPage page) {
        Long head = page.head();
        return head == null || page.through() >= head;
    }

    @Override
    public Future<?> apply(SqlConnection tx, long after, FeedPage page) {
        long begunMs = context.clock().millis();
        return projection.fold(tx, number, after, page.through()).onSuccess(folded -> {
            foldedMs = Math.max(0, context.clock().millis() - begunMs);
            foldedSinceMs += foldedMs;
        });
    }

    @Override
    public void caughtUp() {
        gatherMs = projection.gather().afterFolding(foldedSinceMs);
        foldedSinceMs = 0;
        caughtUp.run();
    }
}
