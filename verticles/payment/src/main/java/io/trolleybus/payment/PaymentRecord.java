package io.trolleybus.payment;

import io.trolleybus.journal.Facts;
import io.trolleybus.journal.Recorded;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentEvent.PaymentFailed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentProcessed;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import io.trolleybus.payment.domain.PaymentState;
import io.trolleybus.payment.domain.Refund;
import io.trolleybus.payment.domain.RefundState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A payment's rows as they stand, whatever stands there: unlike {@link Payment} it need not make sense.
 *
 * @param refunds as text, in the order of their ids
 * @param refunding whether one of them is not decided
 */
record PaymentRecord(
        UUID id,
        UUID orderId,
        String status,
        String currency,
        long amount,
        long captured,
        long refunded,
        @Nullable String declineCode,
        int version,
        @Nullable String refunds,
        boolean refunding) {
    private static final String FIND = """
            select p.id, p.order_id, p.status, p.currency, p.amount, p.captured, p.refunded, p.decline_code, p.version,
                   (select string_agg(concat_ws(' ', r.id, r.amount, r.status, r.decline_code), ', ' order by r.id)
                    from refund r where r.payment_id = p.id),
                   exists (select from refund r where r.payment_id = p.id and r.status = 'PENDING')
            from payment p where p.id = any ($1::uuid[])
            """;

    static Future<List<PaymentRecord>> find(SqlClient client, Collection<UUID> ids) {
        Tuple wanted = Tuple.tuple().addValue(ids.toArray(UUID[]::new));
        return client.preparedQuery(FIND).execute(wanted).map(rows -> {
            List<PaymentRecord> found = new ArrayList<>();
            rows.forEach(row -> found.add(of(row)));
            return found;
        });
    }

    private static PaymentRecord of(Row row) {
        return new PaymentRecord(
                row.getUUID(0),
                row.getUUID(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getString(7),
                row.getInteger(8),
                row.getString(9),
                row.getBoolean(10));
    }

    /** Whether nothing is left to happen to it by itself. */
    boolean isSettled() {
        return version > 0 && !refunding;
    }

    AuditFinding finding(String kind, Facts.Difference difference) {
        return new AuditFinding(kind, orderId, null, difference.expected(), difference.found());
    }

    /** How it is not what its events say. */
    Optional<Facts.Difference> differenceFrom(List<Recorded<PaymentEvent>> events) {
        Payment payment;
        try {
            payment = fold(events);
        } catch (IllegalStateException | IllegalArgumentException impossible) {
            return Optional.of(new Facts.Difference(
                    "a payment to which its events can have happened", String.valueOf(impossible.getMessage())));
        }
        UUID order = events.isEmpty() ? orderId : events.get(0).event().orderId();
        return expected(payment, order, events).differenceOf(found());
    }

    private Payment fold(List<Recorded<PaymentEvent>> events) {
        Payment payment = Payment.intent(id, orderId, new Money(amount, currency));
        for (Recorded<PaymentEvent> recorded : events) {
            payment = payment.apply(recorded.event());
        }
        return payment;
    }

    private static Facts expected(Payment payment, UUID order, List<Recorded<PaymentEvent>> events) {
        Status status = payment.state().status();
        return new Facts()
                .and("order", order)
                .and("status", status)
                .and("amount", text(asked(payment, events)))
                .and("captured", payment.captured().amount())
                .and("refunded", payment.refunded().amount())
                .and("declineCode", payment.state() instanceof PaymentState.Declined declined ? declined.code() : null)
                .and("version", payment.version())
                .and("refunds", refunds(payment, events));
    }

    /** As the provider's verdict repeats it. */
    private static Money asked(Payment payment, List<Recorded<PaymentEvent>> events) {
        for (Recorded<PaymentEvent> recorded : events) {
            if (recorded.event() instanceof PaymentProcessed processed) {
                return processed.amount();
            }
            if (recorded.event() instanceof PaymentFailed failed) {
                return failed.amount();
            }
        }
        return payment.amount();
    }

    /** Older releases gave back by a void without asking for it by an event, and kept no row of that. */
    private static @Nullable String refunds(Payment payment, List<Recorded<PaymentEvent>> events) {
        var asked = events.stream()
                .filter(recorded -> recorded.event() instanceof RefundRequested)
                .map(recorded -> ((RefundRequested) recorded.event()).refundId())
                .collect(Collectors.toSet());
        String text = payment.refunds().all().stream()
                .filter(refund -> asked.contains(refund.id()))
                .map(PaymentRecord::text)
                .sorted()
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? null : text;
    }

    private static String text(Money amount) {
        return amount.amount() + " " + amount.currency();
    }

    private static String text(Refund refund) {
        String failure = refund.state() instanceof RefundState.Failed failed ? " " + failed.code() : "";
        return refund.id() + " " + refund.amount().amount() + " "
                + refund.state().status() + failure;
    }

    /** That the provider's answer did not come is told by the row alone. */
    private Facts found() {
        boolean isOpen = status.equals(Status.UNKNOWN.name()) && version == 0;
        return new Facts()
                .and("order", orderId)
                .and("status", isOpen ? Status.PENDING : status)
                .and("amount", amount + " " + currency)
                .and("captured", captured)
                .and("refunded", refunded)
                .and("declineCode", declineCode)
                .and("version", version)
                .and("refunds", refunds);
    }

    /** How it is not what the provider has in its books. */
    Optional<Facts.Difference> differenceFromProvider(Books books) {
        return new Facts()
                .and("captured", Books.text(books.captured()))
                .and("refunded", Books.text(books.refunded()))
                .differenceOf(new Facts().and("captured", textOf(captured)).and("refunded", textOf(refunded)));
    }

    private String textOf(long units) {
        return units == 0 ? "0" : units + " " + currency;
    }
}
