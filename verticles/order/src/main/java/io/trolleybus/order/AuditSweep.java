package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Checked;
import io.trolleybus.journal.RowSweep;
import io.trolleybus.journal.Sweeper;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.SweepCursor;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.Principal;
import io.trolleybus.order.AuditState.Seen;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One sweep over everything: each service compares its own rows with its journal and names the orders they were about;
 * these are then compared across the services. What cannot be asked is left out and named. For one event loop.
 *
 * <p>A sweep costs O(what was written since the last one), plus a scan of row heads and some rows of old, as
 * {@link RowSweep} says. It is bounded: a page is limited by what it reads, a sweep by its time, its pages, the blocks
 * it scans and the orders it compares. Of tables that are larger than that a lap takes several sweeps; orders that are
 * left out are gone over later, with the rows of old.
 */
final class AuditSweep {
    /** Who answers nothing for so long is away. */
    private static final long PAGE_LIMIT_MS = 8_000;

    private static final int MAX_PAGES = 100;
    /** Of the tables of one service: 320 MB at the usual size. */
    private static final long MAX_BLOCKS = 40_960;

    private static final int MAX_REPORTED = 500;
    /** From its beginning no page is begun after so long; with all of it a sweep keeps below its claim's time. */
    private static final long PAGES_LIMIT_MS = 15_000;

    private static final long SWEEP_LIMIT_MS = 30_000;

    private static final Logger LOG = LogManager.getLogger(AuditSweep.class);

    private static final List<RowSweep.Table> TABLES = List.of(new RowSweep.Table("orders", "id"));

    private static final String STRAYS = """
            select j.stream
            from (select stream, max(version) as version from journal
                  where position > $1 and position <= $2 group by stream) j
            left join orders o on o.id = j.stream
            where o.id is null or o.version < j.version
            limit $3
            """;

    private final ServiceContext context;
    private final AuditStore store;
    private final OrderRecords records;
    private final RowSweep own;

    AuditSweep(ServiceContext context, AuditStore store) {
        this.context = context;
        this.store = store;
        this.records = new OrderRecords(context.database());
        this.own = new RowSweep(context.database(), TABLES, STRAYS);
    }

    /** What it came to, and what the next one has to know. */
    record Result(AuditState state, AuditReport report) {}

    /**
     * How far one service's rows were looked through.
     *
     * @param blocks that were scanned
     */
    private record Part(@Nullable SweepCursor cursor, int pages, long blocks, Checked checked) {
        static Part from(@Nullable SweepCursor cursor) {
            return new Part(cursor, 0, 0, Checked.NOTHING);
        }

        boolean isFirst() {
            return pages == 0;
        }

        boolean mayGoOn() {
            return pages < MAX_PAGES && blocks < MAX_BLOCKS;
        }

        Part with(Swept swept) {
            List<UUID> unasked = swept.unasked();
            var more = new Checked(
                    swept.checked(),
                    swept.inFlight(),
                    swept.findings(),
                    new LinkedHashSet<>(swept.orderIds()),
                    Set.copyOf(swept.degraded()),
                    unasked == null ? Set.of() : Set.copyOf(unasked));
            long scanned = RowSweep.blocks(cursor, swept.cursor());
            return new Part(swept.cursor(), pages + 1, blocks + scanned, checked.plus(more));
        }

        Part without(String service) {
            return new Part(cursor, pages, blocks, checked.plus(Checked.without(service)));
        }
    }

    /** Fails only if the order service's own database cannot be read, or another conducts by now. */
    Future<Result> run(AuditState before) {
        List<UUID> again = before.again(Sweeper.MAX_ALSO);
        long begunMs = context.clock().millis();
        long untilMs = begunMs + PAGES_LIMIT_MS;
        Future<Part> orders = ownPages(Part.from(before.orders()), untilMs);
        Future<Part> payments = pages(
                PaymentMessages.SERVICE,
                page(AuditMessages.SWEEP_PAYMENTS, again),
                Part.from(before.payments()),
                untilMs);
        Future<Part> stock = pages(
                InventoryMessages.SERVICE, page(AuditMessages.SWEEP_STOCK, again), Part.from(before.stock()), untilMs);
        return Future.all(orders, payments, stock)
                .compose(all -> store.renew())
                .compose(renewed -> across(
                        before,
                        again,
                        begunMs + SWEEP_LIMIT_MS,
                        List.of(orders.result(), payments.result(), stock.result())));
    }

    /** The order service's own rows are compared together with those of the others. */
    private Future<Part> ownPages(Part part, long untilMs) {
        return own.next(part.cursor, part.isFirst()).compose(found -> {
            List<UUID> ids = List.copyOf(found.streams());
            var swept = new Swept(found.next(), found.more(), 0, 0, List.of(), ids, List.of(), null);
            return goOn(part.with(swept), found.more(), untilMs, next -> ownPages(next, untilMs));
        });
    }

    private Function<Part, Future<Swept>> page(String address, List<UUID> again) {
        return part -> {
            var call = new Call(
                    context.ids().get(),
                    context.clock().millis() + PAGE_LIMIT_MS,
                    Trace.root(context.random(), false),
                    Principal.service(context.service()));
            var wanted = new SweepPage(part.cursor, part.isFirst() ? again : List.of(), part.isFirst());
            return context.client()
                    .call(address, call, wanted, Swept.class)
                    .map(reply -> reply.<Swept>fold(swept -> swept, refusal -> {
                        throw new IllegalStateException(address + " refused: " + refusal.detail());
                    }));
        };
    }

    private Future<Part> pages(String service, Function<Part, Future<Swept>> page, Part part, long untilMs) {
        return page.apply(part)
                .compose(
                        swept -> goOn(
                                part.with(swept), swept.more(), untilMs, next -> pages(service, page, next, untilMs)),
                        cause -> {
                            LOG.debug("the audit goes on without {}", service, cause);
                            return Future.succeededFuture(part.without(service));
                        });
    }

    /** The next sweep goes on where this one stops. */
    private Future<Part> goOn(Part part, boolean more, long untilMs, Function<Part, Future<Part>> next) {
        return more && part.mayGoOn() && context.clock().millis() < untilMs
                ? store.renew().compose(renewed -> next.apply(part))
                : Future.succeededFuture(part);
    }

    private Future<Result> across(AuditState before, List<UUID> again, long untilMs, List<Part> parts) {
        Set<UUID> ids = new LinkedHashSet<>(again);
        parts.forEach(part -> ids.addAll(part.checked.orderIds()));
        var audit = new OrderAudit(context, records);
        return Sweeper.inBatches(
                        ids.stream().limit(Checked.MAX_ORDERS).toList(),
                        batch -> context.clock().millis() < untilMs
                                ? audit.check(batch)
                                : Future.succeededFuture(Checked.unasked(Set.copyOf(batch))))
                .map(compared -> {
                    Part orders = parts.get(0);
                    Part payments = parts.get(1);
                    Part stock = parts.get(2);
                    List<Checked> all = List.of(payments.checked, stock.checked, compared);
                    Checked sum = all.stream().reduce(Checked.NOTHING, Checked::plus);
                    var unlooked = new Unlooked(
                            sum.degraded(),
                            Set.copyOf(again),
                            payments.checked.unasked(),
                            compared.unasked(),
                            audit.lagging());
                    List<Seen> seen =
                            before.seenAfter(all.stream().flatMap(each -> each.findings().stream()), unlooked);
                    List<UUID> lagging =
                            audit.lagging().stream().limit(Sweeper.MAX_ALSO).toList();
                    var state = new AuditState(orders.cursor, payments.cursor, stock.cursor, seen, lagging);
                    return new Result(state, report(sum, seen, audit.lagging().size()));
                });
    }

    private AuditReport report(Checked all, List<Seen> seen, int lagging) {
        List<AuditFinding> findings = seen.stream()
                .filter(Seen::mayBeReported)
                .map(Seen::finding)
                .limit(MAX_REPORTED)
                .toList();
        return new AuditReport(
                context.clock().instant(),
                findings.isEmpty() && all.degraded().isEmpty(),
                all.checked(),
                all.inFlight() + lagging,
                findings,
                all.degraded().stream().sorted().toList());
    }
}
