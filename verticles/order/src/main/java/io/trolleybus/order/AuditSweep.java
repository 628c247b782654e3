package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.RowSweep;
import io.trolleybus.journal.Sweeper;
import io.trolleybus.journal.Sweeper.Checked;
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
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One sweep over everything: each service compares its own rows with its journal and names the orders they were about;
 * these are then compared across the services. What cannot be asked is left out and named. For one event loop.
 *
 * <p>A sweep costs O(what was written since the last one), plus a scan of row heads and some rows of old, as
 * {@link RowSweep} says. It is bounded: a page is limited by what it reads, a sweep by its pages and by the orders it
 * compares; what that leaves out is gone over later, with the rows of old.
 */
final class AuditSweep {
    /** Who answers nothing for so long is away. */
    private static final long PAGE_LIMIT_MS = 8_000;

    private static final int MAX_PAGES = 100;
    private static final int MAX_ORDERS = 5_000;
    private static final int MAX_REPORTED = 500;
    private static final String PROVIDER = "payment-provider";

    private static final Logger LOG = LogManager.getLogger(AuditSweep.class);

    private static final List<RowSweep.Table> TABLES = List.of(new RowSweep.Table("orders", "id"));

    private static final String STRAYS = """
            select distinct j.stream
            from journal j left join orders o on o.id = j.stream
            where j.position > $1 and j.position <= $2 and (o.id is null or o.version < j.version)
            """;

    private final ServiceContext context;
    private final OrderRecords records;
    private final RowSweep own;

    AuditSweep(ServiceContext context) {
        this.context = context;
        this.records = new OrderRecords(context.database());
        this.own = new RowSweep(context.database(), TABLES, STRAYS);
    }

    /** What it came to, and what the next one has to know. */
    record Result(AuditState state, AuditReport report) {}

    /** How far one service's rows were looked through. */
    private record Part(@Nullable SweepCursor cursor, Checked checked) {
        static Part from(@Nullable SweepCursor cursor) {
            return new Part(cursor, Checked.NOTHING);
        }

        Part with(Swept swept) {
            var more = new Checked(
                    swept.checked(),
                    swept.inFlight(),
                    swept.findings(),
                    new LinkedHashSet<>(swept.orderIds()),
                    new HashSet<>(swept.degraded()));
            return new Part(swept.cursor(), checked.plus(more));
        }

        Part without(String service) {
            return new Part(cursor, checked.plus(new Checked(0, 0, List.of(), Set.of(), Set.of(service))));
        }
    }

    /** Fails only if the order service's own database cannot be read. */
    Future<Result> run(AuditState before) {
        List<UUID> again = before.again(Sweeper.MAX_ALSO);
        Future<Part> orders = ownPages(Part.from(before.orders()), 1);
        Future<Part> payments =
                pages(PaymentMessages.SERVICE, AuditMessages.SWEEP_PAYMENTS, again, Part.from(before.payments()), 1);
        Future<Part> stock =
                pages(InventoryMessages.SERVICE, AuditMessages.SWEEP_STOCK, again, Part.from(before.stock()), 1);
        return Future.all(orders, payments, stock)
                .compose(all -> across(before, again, orders.result(), payments.result(), stock.result()));
    }

    /** The order service's own rows are compared together with those of the others. */
    private Future<Part> ownPages(Part part, int page) {
        return own.next(part.cursor, page == 1).compose(found -> {
            var swept = new Swept(found.next(), found.more(), 0, 0, List.of(), List.copyOf(found.streams()), List.of());
            return goOn(part.with(swept), found.more(), page, this::ownPages);
        });
    }

    private Future<Part> pages(String service, String address, List<UUID> again, Part part, int page) {
        var call = new Call(
                context.ids().get(),
                context.clock().millis() + PAGE_LIMIT_MS,
                Trace.root(context.random(), false),
                Principal.service(context.service()));
        var wanted = new SweepPage(part.cursor, page == 1 ? again : List.of(), page == 1);
        return context.client()
                .call(address, call, wanted, Swept.class)
                .map(reply -> reply.<Swept>fold(swept -> swept, refusal -> {
                    throw new IllegalStateException(address + " refused: " + refusal.detail());
                }))
                .compose(
                        swept -> goOn(
                                part.with(swept),
                                swept.more(),
                                page,
                                (next, number) -> pages(service, address, again, next, number)),
                        cause -> {
                            LOG.debug("the audit goes on without {}", service, cause);
                            return Future.succeededFuture(part.without(service));
                        });
    }

    private static Future<Part> goOn(Part part, boolean more, int page, BiFunction<Part, Integer, Future<Part>> next) {
        return more && page < MAX_PAGES ? next.apply(part, page + 1) : Future.succeededFuture(part);
    }

    private Future<Result> across(AuditState before, List<UUID> again, Part orders, Part payments, Part stock) {
        Set<UUID> ids = new LinkedHashSet<>(again);
        List.of(orders, payments, stock).forEach(part -> ids.addAll(part.checked.orderIds()));
        var audit = new OrderAudit(context, records);
        return Sweeper.inBatches(ids.stream().limit(MAX_ORDERS).toList(), audit::check)
                .map(checked -> {
                    Checked all = payments.checked.plus(stock.checked).plus(checked);
                    List<Seen> seen = before.seenAfter(all.findings(), unasked(all.degraded()), audit.lagging());
                    List<UUID> lagging =
                            audit.lagging().stream().limit(Sweeper.MAX_ALSO).toList();
                    var state = new AuditState(orders.cursor, payments.cursor, stock.cursor, seen, lagging);
                    return new Result(state, report(all, seen, audit.lagging().size()));
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

    /** The kinds of findings about which nothing new can be said without those. */
    private static Set<String> unasked(Set<String> degraded) {
        Set<String> kinds = new HashSet<>();
        if (degraded.contains(PaymentMessages.SERVICE)) {
            kinds.addAll(List.of("payment-row", PROVIDER, Conservation.PAYMENT));
        }
        if (degraded.contains(PROVIDER)) {
            kinds.add(PROVIDER);
        }
        if (degraded.contains(InventoryMessages.SERVICE)) {
            kinds.addAll(List.of("stock-row", "hold-row", Conservation.STOCK));
        }
        return kinds;
    }
}
