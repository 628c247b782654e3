package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.Money;
import io.trolleybus.model.Page;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.Refund;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/** What others see of the payments. */
final class PaymentReports {
    /**
     * A row for each refund of a payment, or one without. Leaves out what was undone before it was charged: nobody ever
     * owed that.
     */
    private static final String FIND = """
            select p.id, p.order_id, p.status, p.currency, p.amount, p.captured, p.refunded, p.decline_code,
                   p.created_at, r.id, r.amount, r.status, r.reason, r.created_at
            from payment p left join refund r on r.payment_id = p.id
            where p.order_id = any ($1::uuid[]) and p.amount > 0
            order by p.created_at, p.id, r.created_at, r.id
            """;

    private final SqlClient reads;

    PaymentReports(SqlClient reads) {
        this.reads = reads;
    }

    Future<Reply<Payments>> find(Call call, FindPayments command) {
        if (command.orderIds().size() > Page.MAX_LIMIT) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "at most " + Page.MAX_LIMIT + " orders at a time"));
        }
        Tuple orders = Tuple.tuple().addValue(command.orderIds().toArray(UUID[]::new));
        return reads.preparedQuery(FIND).execute(orders).map(rows -> Reply.done(new Payments(payments(rows))));
    }

    private static List<Payment> payments(RowSet<Row> rows) {
        var rowsOfPayments = new LinkedHashMap<UUID, List<Row>>();
        rows.forEach(row -> rowsOfPayments
                .computeIfAbsent(row.getUUID(0), id -> new ArrayList<>())
                .add(row));
        return rowsOfPayments.values().stream().map(PaymentReports::payment).toList();
    }

    private static Payment payment(List<Row> rows) {
        Row row = rows.get(0);
        String currency = row.getString(3);
        return new Payment(
                row.getUUID(0),
                row.getUUID(1),
                Status.valueOf(row.getString(2)),
                new Money(row.getLong(4), currency),
                new Money(row.getLong(5), currency),
                new Money(row.getLong(6), currency),
                row.getString(7),
                row.getOffsetDateTime(8).toInstant(),
                rows.stream()
                        .filter(each -> each.getUUID(9) != null)
                        .map(each -> refund(each, currency))
                        .toList());
    }

    private static Refund refund(Row row, String currency) {
        return new Refund(
                row.getUUID(9),
                new Money(row.getLong(10), currency),
                RefundStatus.valueOf(row.getString(11)),
                row.getString(12),
                row.getOffsetDateTime(13).toInstant());
    }
}
