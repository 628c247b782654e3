package io.trolleybus.journal;

import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
        /** The streams of those orders. */
        Future<List<UUID>> streamsOf(List<UUID> orderIds);

        /** Compares what stands in the rows of these streams, at most 100, with what their events say. */
        Future<Checked> check(List<UUID> streams);
    }

    /**
     * What came of looking at some rows.
     *
     * @param checked how many were compared
     * @param inFlight to how many of them something is still to happen
     * @param orderIds what they were about
     * @param degraded who could not be asked
     */
    public record Checked(
            int checked, int inFlight, List<AuditFinding> findings, Set<UUID> orderIds, Set<String> degraded) {
        public static final Checked NOTHING = new Checked(0, 0, List.of(), Set.of(), Set.of());

        public Checked plus(Checked other) {
            return new Checked(
                    checked + other.checked,
                    inFlight + other.inFlight,
                    joined(findings, other.findings),
                    joined(orderIds, other.orderIds),
                    joined(degraded, other.degraded));
        }

        private static <T> List<T> joined(List<T> some, List<T> more) {
            var all = new ArrayList<>(some);
            all.addAll(more);
            return all;
        }

        private static <T> Set<T> joined(Set<T> some, Set<T> more) {
            var all = new LinkedHashSet<>(some);
            all.addAll(more);
            return all;
        }
    }

    private final RowSweep sweep;
    private final Rows rows;

    public Sweeper(RowSweep sweep, Rows rows) {
        this.sweep = sweep;
        this.rows = rows;
    }

    /** Refused with {@code invalid} if more is wanted than {@link #MAX_ALSO}. */
    public Future<Reply<Swept>> sweep(SweepPage page) {
        if (page.also().size() > MAX_ALSO) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "at most " + MAX_ALSO + " orders can be wanted with a page"));
        }
        return sweep.next(page.cursor(), page.first()).compose(found -> streams(page, found)
                .compose(streams -> inBatches(streams, rows::check))
                .map(checked -> Reply.done(swept(found, checked))));
    }

    private Future<List<UUID>> streams(SweepPage page, RowSweep.Found found) {
        if (page.also().isEmpty()) {
            return Future.succeededFuture(List.copyOf(found.streams()));
        }
        return rows.streamsOf(page.also()).map(also -> {
            var streams = new LinkedHashSet<>(also);
            streams.addAll(found.streams());
            return List.copyOf(streams);
        });
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
                checked.checked,
                checked.inFlight,
                checked.findings,
                List.copyOf(checked.orderIds),
                List.copyOf(checked.degraded));
    }
}
