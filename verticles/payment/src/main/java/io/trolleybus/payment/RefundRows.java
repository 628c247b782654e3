package io.trolleybus.payment;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.payment.PaymentWrite.Change;
import io.trolleybus.payment.domain.Refund;
import io.trolleybus.payment.domain.RefundState;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code refund}, as part of the statements that read and write the payments. */
final class RefundRows {
    /** How many parameters {@link #writing} takes. */
    static final int PARAMETERS = 6;

    /** What {@link #refund} reads, of a refund that is joined as {@code r}. */
    static final String COLUMNS = "r.id, r.amount, r.status, r.reason, r.decline_code";

    private static final String WRITING = """
            refunds as (
              insert into refund (payment_id, id, amount, status, reason, decline_code)
              select n.payment_id, n.id, n.amount, n.status, n.reason, n.decline_code
              from unnest($%1$d::uuid[], $%2$d::uuid[], $%3$d::bigint[], $%4$d::text[], $%5$d::text[], $%6$d::text[])
                as n (payment_id, id, amount, status, reason, decline_code)
              where n.payment_id in (%7$s)
              on conflict (payment_id, id) do update
              set status = excluded.status, decline_code = excluded.decline_code
            )
            """;

    private RefundRows() {}

    /**
     * A table expression that adds and decides refunds.
     *
     * @param first number of the first of {@link #PARAMETERS} parameters, which {@link #addColumns} adds
     * @param accepted a query for the payments whose refunds are to be written
     */
    static String writing(int first, String accepted) {
        return WRITING.formatted(first, first + 1, first + 2, first + 3, first + 4, first + 5, accepted);
    }

    static void addColumns(Tuple statement, Collection<Change> changes) {
        var payments = new ArrayList<UUID>();
        var ids = new ArrayList<UUID>();
        var amounts = new ArrayList<Long>();
        var statuses = new ArrayList<String>();
        var reasons = new ArrayList<String>();
        var declineCodes = new ArrayList<@Nullable String>();
        for (Change change : changes) {
            for (Refund refund : change.refunds()) {
                payments.add(change.id());
                ids.add(refund.id());
                amounts.add(refund.amount().amount());
                statuses.add(refund.state().status().name());
                reasons.add(refund.reason());
                declineCodes.add(refund.state() instanceof RefundState.Failed failed ? failed.code() : null);
            }
        }
        statement
                .addValue(payments.toArray(UUID[]::new))
                .addValue(ids.toArray(UUID[]::new))
                .addValue(amounts.toArray(Long[]::new))
                .addValue(statuses.toArray(String[]::new))
                .addValue(reasons.toArray(String[]::new))
                .addValue(declineCodes.toArray(String[]::new));
    }

    /** Reads {@link #COLUMNS} from that column on; there must be a refund. */
    static Refund refund(Row row, int first, String currency) {
        return new Refund(
                row.getUUID(first),
                new Money(row.getLong(first + 1), currency),
                row.getString(first + 3),
                state(row, first));
    }

    private static RefundState state(Row row, int first) {
        return switch (RefundStatus.valueOf(row.getString(first + 2))) {
            case PENDING -> new RefundState.Pending();
            case PROCESSED -> new RefundState.Processed();
            case FAILED -> new RefundState.Failed(String.valueOf(row.getString(first + 4)));
        };
    }
}
