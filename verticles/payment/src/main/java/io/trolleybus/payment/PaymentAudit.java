package io.trolleybus.payment;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.journal.Checked;
import io.trolleybus.journal.RowSweep;
import io.trolleybus.journal.Streams;
import io.trolleybus.journal.Streams.Told;
import io.trolleybus.journal.Sweeper;
import io.trolleybus.journal.Sweeper.Page;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.payment.domain.PaymentEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Compares payments with their events, in one snapshot, and some of them by {@link BooksAudit}. To what is not settled,
 * something is still to happen; what the provider knows of it counts all the same, since nobody may have asked.
 *
 * <p>For one event loop.
 */
final class PaymentAudit implements Sweeper.Rows {
    private static final String STRAYS = """
            select j.stream
            from (select stream, max(version) as version from journal
                  where position > $1 and position <= $2 group by stream) j
            join payment p on p.id = j.stream
            where p.version < j.version
            limit $3
            """;

    private static final String OF_ORDERS = """
            select id from payment where order_id = any ($1::uuid[]) order by array_position($1::uuid[], order_id)
            """;

    private final ServiceContext context;
    private final BooksAudit books;

    PaymentAudit(ServiceContext context, Provider provider) {
        this.context = context;
        this.books = new BooksAudit(context, provider);
    }

    Sweeper sweeper() {
        var tables = List.of(new RowSweep.Table("payment", "id"), new RowSweep.Table("refund", "payment_id"));
        return new Sweeper(new RowSweep(context.database(), tables, STRAYS), this);
    }

    @Override
    public Future<List<UUID>> streamsOf(List<UUID> orderIds) {
        if (orderIds.isEmpty()) {
            return Future.succeededFuture(orderIds);
        }
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
        return context.database().snapshot(tx -> read(tx, payments)).map(PaymentAudit::compare);
    }

    /** Of the payments of orders that differ already the provider's books are asked about first. */
    @Override
    public Future<Checked> checkBeside(Page page, Checked own) {
        List<UUID> orders = own.findings().stream()
                .map(AuditFinding::orderId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return streamsOf(orders).compose(differing -> books.check(page, differing));
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
                        .ifPresent(difference -> findings.add(row.finding(AuditKinds.PAYMENT_ROW, difference)));
            }
        }
        return Checked.of(seen.rows.size(), inFlight, findings, orders);
    }
}
