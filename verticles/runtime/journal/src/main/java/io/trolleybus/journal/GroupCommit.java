package io.trolleybus.journal;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits together what arrives while the last commit is under way, so that one flush to disk serves many callers.
 * Batches form by themselves: at rest a batch is one item and waits for nothing.
 *
 * <p>Each caller gets its own outcome. If a statement of a batch fails, the batch was rolled back and its items are run
 * one by one, so that only the item at fault fails. If the database went away, nobody knows whether the batch was
 * committed: every caller is told so, and asks by its own key.
 *
 * <p>For one event loop.
 *
 * @param <C> what a caller submits
 * @param <R> the outcome it gets
 */
public final class GroupCommit<C, R> {
    /** A batch larger than this gains nothing and holds its locks longer. */
    public static final int MAX_BATCH = 128;
    /** Callers beyond this are told that we are busy: at a few thousand a second this is what a second can clear. */
    public static final int MAX_QUEUE = 2_000;

    /** Runs the items in one transaction. @see #GroupCommit */
    @FunctionalInterface
    public interface Batch<C, R> {
        /** @return one outcome for each item, in the order of the items */
        Future<List<R>> commit(List<C> items);
    }

    private record Waiting<C, R>(C item, Promise<R> outcome) {}

    private final Vertx vertx;
    private final String name;
    private final Batch<C, R> batch;
    private final DistributionSummary sizes;
    private final ArrayDeque<Waiting<C, R>> queue = new ArrayDeque<>();
    private boolean committing;

    /** @param name for metrics and messages: {@code <service>.<what>} */
    public GroupCommit(Vertx vertx, String name, Meters meters, Batch<C, R> batch) {
        this.vertx = vertx;
        this.name = name;
        this.batch = batch;
        this.sizes = meters.registry().summary("trolleybus_group_commit_batch_size", "group", name);
        meters.gauge("trolleybus_group_commit_waiting", Tags.of("group", name), queue, ArrayDeque::size);
    }

    /** Fails with {@link BusyException} if the queue is full; nothing was done then. */
    public Future<R> submit(C item) {
        if (queue.size() >= MAX_QUEUE) {
            return Future.failedFuture(new BusyException(name + " has " + MAX_QUEUE + " commands waiting"));
        }
        var waiting = new Waiting<C, R>(item, Promise.promise());
        queue.add(waiting);
        if (!committing) {
            committing = true;
            // What else arrives in this turn of the event loop joins the batch for free.
            vertx.runOnContext(turn -> commitNext());
        }
        return waiting.outcome.future();
    }

    private void commitNext() {
        if (queue.isEmpty()) {
            committing = false;
            return;
        }
        var next = new ArrayList<Waiting<C, R>>(Math.min(queue.size(), MAX_BATCH));
        while (next.size() < MAX_BATCH && !queue.isEmpty()) {
            next.add(queue.remove());
        }
        sizes.record(next.size());
        run(next).onComplete(done -> commitNext());
    }

    private Future<?> run(List<Waiting<C, R>> waiting) {
        return commit(waiting).transform(done -> {
            if (done.succeeded()) {
                answer(waiting, done.result());
            } else if (waiting.size() > 1 && Database.wasRolledBack(done.cause())) {
                return oneByOne(waiting, 0);
            } else {
                waiting.forEach(each -> each.outcome.fail(done.cause()));
            }
            return Future.succeededFuture();
        });
    }

    /** A batch that throws is a bug; its callers hear of it like of any failure. */
    private Future<List<R>> commit(List<Waiting<C, R>> waiting) {
        try {
            return batch.commit(waiting.stream().map(Waiting::item).toList());
        } catch (RuntimeException bug) {
            return Future.failedFuture(bug);
        }
    }

    private Future<?> oneByOne(List<Waiting<C, R>> waiting, int index) {
        if (index == waiting.size()) {
            return Future.succeededFuture();
        }
        return run(waiting.subList(index, index + 1)).compose(done -> oneByOne(waiting, index + 1));
    }

    private void answer(List<Waiting<C, R>> waiting, List<R> outcomes) {
        if (outcomes.size() != waiting.size()) {
            var bug = new IllegalStateException(
                    name + " answered " + outcomes.size() + " outcomes for " + waiting.size() + " items");
            waiting.forEach(each -> each.outcome.fail(bug));
            return;
        }
        for (int i = 0; i < outcomes.size(); i++) {
            waiting.get(i).outcome.complete(outcomes.get(i));
        }
    }
}
