package io.trolleybus.payment;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Facts;
import io.trolleybus.journal.RowSweep;
import io.trolleybus.journal.Streams;
import io.trolleybus.journal.Streams.Told;
import io.trolleybus.journal.Sweeper;
import io.trolleybus.journal.Sweeper.Checked;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.payment.domain.PaymentEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Compares payments with their events, in one snapshot, and some of them with the provider's books. To what is not
 * settled, something is still to happen; what the provider knows of it counts all the same, since nobody may have
 * asked.
 *
 * <p>For one event loop.
 */
final class PaymentAudit implements Sweeper.Rows {
    static final String ROW = "payment-row";
    static final String BOOKS = "payment-provider";
    static final String PROVIDER = "payment-provider";

    /** Of each hundred payments: a provider is not ours to keep busy. */
    private static final int ASKED_OF_A_BATCH = 50;

    private static final int ASKED_AT_ONCE = 8;
    /** A provider that did not answer is left alone for so long: its breaker is for those who have to be paid. */
    private static final long SILENCE_MS = 10_000;

    private static final Checked UNANSWERED = new Checked(0, 0, List.of(), Set.of(), Set.of(PROVIDER));

    private static final String STRAYS = """
            select distinct j.stream
            from journal j join payment p on p.id = j.stream
            where j.position > $1 and j.position <= $2 and p.version < j.version
            """;

    private static final String OF_ORDERS = "select id from payment where order_id = any ($1::uuid[])";

    private static final String UNCHANGED = """
            select p.id from payment p join unnest($1::uuid[], $2::int[]) as seen (id, version)
              on seen.id = p.id and seen.version = p.version
            """;

    private final ServiceContext context;
    private final Provider provider;
    private long silentUntilMs;

    PaymentAudit(ServiceContext context, Provider provider) {
        this.context = context;
        this.provider = provider;
    }

    Sweeper sweeper() {
        var tables = List.of(new RowSweep.Table("payment", "id"), new RowSweep.Table("refund", "payment_id"));
        return new Sweeper(new RowSweep(context.database(), tables, STRAYS), this);
    }

    @Override
    public Future<List<UUID>> streamsOf(List<UUID> orderIds) {
        return context.database()
                .reads()
                .preparedQuery(OF_ORDERS)
                .execute(Tuple.tuple().addValue(orderIds.toArray(UUID[]::new)))
                .map(rows -> {
                    List<UUID> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getUUID(0)));
                    return ids;
                });
    }

    @Override
    public Future<Checked> check(List<UUID> payments) {
        return context.database().snapshot(tx -> read(tx, payments)).compose(seen -> {
            Checked own = compare(seen);
            return atTheProvider(chosen(seen.rows, own)).map(own::plus);
        });
    }

    /** Those that differ already, and of the others, by chance, as many as may be asked about. */
    private List<PaymentRecord> chosen(List<PaymentRecord> rows, Checked own) {
        Set<UUID> differing = own.findings().stream().map(AuditFinding::orderId).collect(toSet());
        Map<UUID, Long> byChance = rows.stream()
                .collect(toMap(PaymentRecord::id, row -> context.random().nextLong()));
        return rows.stream()
                .sorted(comparing((PaymentRecord row) -> !differing.contains(row.orderId()))
                        .thenComparing(row -> byChance.get(row.id())))
                .limit(ASKED_OF_A_BATCH)
                .toList();
    }

    private record Seen(List<PaymentRecord> rows, Map<UUID, Told<PaymentEvent>> told) {}

    private static Future<Seen> read(SqlClient tx, List<UUID> payments) {
        return PaymentRecord.find(tx, payments)
                .compose(rows -> Streams.read(tx, PaymentEvents.TYPES, payments).map(told -> new Seen(rows, told)));
    }

    private static Checked compare(Seen seen) {
        List<AuditFinding> findings = new ArrayList<>();
        Set<UUID> orders = new LinkedHashSet<>();
        int inFlight = 0;
        for (PaymentRecord row : seen.rows) {
            orders.add(row.orderId());
            inFlight += row.isSettled() ? 0 : 1;
            Told<PaymentEvent> told = seen.told.get(row.id());
            if (told == null || told.isKnown()) {
                row.differenceFrom(told == null ? List.of() : told.events())
                        .ifPresent(difference -> findings.add(finding(ROW, row, difference)));
            }
        }
        return new Checked(seen.rows.size(), inFlight, findings, orders, Set.of());
    }

    private static AuditFinding finding(String kind, PaymentRecord row, Facts.Difference difference) {
        return new AuditFinding(kind, row.orderId(), null, difference.expected(), difference.found());
    }

    private record Differing(PaymentRecord row, AuditFinding finding) {}

    /** Stops where there is no answer, which the first finds out alone. */
    private Future<Checked> atTheProvider(List<PaymentRecord> asked) {
        if (context.clock().millis() < silentUntilMs) {
            return Future.succeededFuture(UNANSWERED);
        }
        List<Differing> differing = new ArrayList<>();
        Future<Void> all = Future.succeededFuture();
        for (int from = 0, to = 1; from < asked.size(); from = to, to += ASKED_AT_ONCE) {
            List<PaymentRecord> some = asked.subList(from, Math.min(asked.size(), to));
            all = all.compose(done -> Future.all(
                            some.stream().map(row -> ask(row, differing)).toList())
                    .mapEmpty());
        }
        return all.compose(done -> unchanged(differing)).recover(this::unanswered);
    }

    private Future<Checked> unanswered(Throwable cause) {
        if (!(cause instanceof UnavailableException)) {
            return Future.failedFuture(cause);
        }
        silentUntilMs = context.clock().millis() + SILENCE_MS;
        return Future.succeededFuture(UNANSWERED);
    }

    private Future<?> ask(PaymentRecord row, List<Differing> differing) {
        return provider.books(row.id(), Trace.root(context.random(), false))
                .onSuccess(books -> row.differenceFromProvider(books)
                        .ifPresent(difference -> differing.add(new Differing(row, finding(BOOKS, row, difference)))));
    }

    /** What has changed since it was read need not agree with what the provider says now. */
    private Future<Checked> unchanged(List<Differing> differing) {
        if (differing.isEmpty()) {
            return Future.succeededFuture(Checked.NOTHING);
        }
        var seen = Tuple.tuple()
                .addValue(differing.stream().map(each -> each.row.id()).toArray(UUID[]::new))
                .addValue(differing.stream().map(each -> each.row.version()).toArray(Integer[]::new));
        return context.database().reads().preparedQuery(UNCHANGED).execute(seen).map(rows -> {
            Set<UUID> same = new LinkedHashSet<>();
            rows.forEach(row -> same.add(row.getUUID(0)));
            var findings = differing.stream()
                    .filter(each -> same.contains(each.row.id()))
                    .map(Differing::finding)
                    .toList();
            return new Checked(0, 0, findings, Set.of(), Set.of());
        });
    }
}
