package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.Money;
import io.trolleybus.model.Page;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.UUID;

/** What others see of the payments. */
final class PaymentReports {
    /** Leaves out what was undone before it was charged: nobody ever owed that. */
    private static final String FIND = """
            select id, order_id, status, currency, amount, captured, refunded, decline_code, created_at
            from payment where order_id = any ($1::uuid[]) and amount > 0
            order by created_at, id
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
        return reads.preparedQuery(FIND).execute(orders).map(rows -> {
            var items = new ArrayList<Payment>(rows.size());
            rows.forEach(row -> items.add(payment(row)));
            return Reply.done(new Payments(items));
        });
    }

    private static Payment payment(Row row) {
        String currency = row.getString(3);
        return new Payment(
                row.getUUID(0),
                row.getUUID(1),
                Status.valueOf(row.getString(2)),
                new Money(row.getLong(4), currency),
                new Money(row.getLong(5), currency),
                new Money(row.getLong(6), currency),
                row.getString(7),
                row.getOffsetDateTime(8).toInstant());
    }
}
