package io.trolleybus.journal;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Compares a service's rows with its journal, a page at a time: those that {@link RowSweep} finds, and those of orders
 * that somebody wants looked at. It keeps nothing between two pages, so that any instance can answer for the next one.
 *
 * <p>For one event loop.
 */
public final class Sweeper {
    /** The most orders that may be wanted with one page. */
    public static final int MAX_ALSO = 500;

    private static final int BATCH = 100;

    /** How a service looks at its rows. */
    public interface Rows {
        /** The streams of those orders, in their order. */
        Future<List<UUID>> streamsOf(List<UUID> orderIds);

        /** Compares what a sweep begins with, beside the rows. */
        default Future<Checked> checkFirst() {
            return Future.succeededFuture(Checked.NOTHING);
        }

        /** Compares what stands in the rows of these streams, at most 100, with what their events say. */
        Future<Checked> check(List<UUID> streams);

        /**
         * Compares some of the page's rows with what somebody beside the service says of them, in time.
         *
         * @param own what the service itself has to say of the page
         */
        default Future<Checked> checkBeside(Page page, Checked own) {
            return Future.succeededFuture(Checked.NOTHING);
        }
    }

    /**
     * What a page is about.
     *
     * @param wanted streams that somebody wants looked at
     * @param streams all, the wanted ones first
     * @param deadlineMs when nobody waits for it any more, in milliseconds of this process's clock
     */
    public record Page(List<UUID> wanted, List<UUID> streams, long deadlineMs) {}

    private final RowSweep sweep;
    private final Rows rows;
    private boolean isSweeping;

    public Sweeper(RowSweep sweep, Rows rows) {
        this.sweep = sweep;
        this.rows = rows;
    }

    /**
     * Refused with {@code invalid} if more is wanted than {@link #MAX_ALSO}. Fails with {@link BusyException} while
     * another page is under way, for which nobody may be waiting any more.
     */
    public Future<Reply<Swept>> sweep(Call call, SweepPage page) {
        if (page.also().size() > MAX_ALSO) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "at most " + MAX_ALSO + " orders can be wanted with a page"));
        }
        if (isSweeping) {
            return Future.failedFuture(new BusyException("a page is being swept"));
        }
        isSweeping = true;
        return Future.succeededFuture(page)
                .compose(begun -> page(call, page))
                .onComplete(ended -> isSweeping = false)
                .map(Reply::done);
    }

    private Future<Swept> page(Call call, SweepPage asked) {
        return rows.streamsOf(asked.also())
                .compose(wanted -> sweep.next(asked.cursor(), asked.first()).compose(found -> {
                    var streams = new LinkedHashSet<>(wanted);
                    streams.addAll(found.streams());
                    var page = new Page(wanted, List.copyOf(streams), call.deadlineMs());
                    return check(page, asked.first()).map(checked -> swept(found, checked));
                }));
    }

    private Future<Checked> check(Page page, boolean first) {
        return (first ? rows.checkFirst() : Future.succeededFuture(Checked.NOTHING))
                .compose(begun -> inBatches(page.streams, rows::check).map(begun::plus))
                .compose(own -> rows.checkBeside(page, own).map(own::plus));
    }

    /** One batch after the other, so that others get their turn. */
    public static Future<Checked> inBatches(List<UUID> ids, Function<List<UUID>, Future<Checked>> work) {
        Future<Checked> all = Future.succeededFuture(Checked.NOTHING);
        for (int from = 0; from < ids.size(); from += BATCH) {
            List<UUID> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
            all = all.compose(before -> work.apply(batch).map(before::plus));
        }
        return all;
    }

    private static Swept swept(RowSweep.Found found, Checked checked) {
        return new Swept(
                found.next(),
                found.more(),
                checked.checked(),
                checked.inFlight(),
                checked.findings(),
                List.copyOf(checked.orderIds()),
                List.copyOf(checked.degraded()),
                List.copyOf(checked.unasked()));
    }
}
