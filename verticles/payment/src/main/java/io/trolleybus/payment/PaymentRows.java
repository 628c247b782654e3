package io.trolleybus.payment;

import io.trolleybus.chassis.Database;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.payment.PaymentWrite.Change;
import io.trolleybus.payment.domain.Captured;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentState;
import io.trolleybus.payment.domain.Refund;
import io.trolleybus.payment.domain.Refunds;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of the payments and of their refunds; each statement takes any number of payments. */
final class PaymentRows {
    private static final String INSERT = """
            insert into payment (id, order_id, status, currency, amount, version)
            select n.id, n.order_id, n.status, n.currency, n.amount, n.version
            from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::int[])
              as n (id, order_id, status, currency, amount, version)
            on conflict (id) do nothing
            returning id
            """;

    private static final int REFUNDS = 13;
    private static final int EVENTS = REFUNDS + RefundRows.PARAMETERS;

    /**
     * One commit as one statement: inserts the payments that are new, changes those that are still at the version
     * before, and writes the refunds and appends the events of the latter.
     */
    private static final String COMMIT =
            "with inserted as (" + INSERT + """
            ), changed as (
              update payment p
              set status = n.status, captured = n.captured, refunded = n.refunded, decline_code = n.decline_code,
                  version = n.version
              from unnest($7::uuid[], $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::int[])
                as n (id, status, captured, refunded, decline_code, version)
              where p.id = n.id and p.version = n.version - 1
              returning p.id
            ),
            """ + RefundRows.writing(REFUNDS, "select id from changed") + ", "
                    + Journal.appending(EVENTS, "select id from changed") + """
            select 'inserted' as what, id, null::bigint as position from inserted
            union all
            select 'changed', id, null from changed
            union all
            select 'appended', null, position from taken_positions
            """;

    private static final String MARK_UNKNOWN = """
            update payment set status = 'UNKNOWN' where id = $1 and status = 'PENDING'
            """;

    /** A row for each refund of a payment, the oldest first, or one row without. */
    private static final String FIND = """
            select p.id, p.order_id, p.status, p.currency, p.amount, p.captured, p.refunded, p.decline_code,
                   p.version, %s
            from payment p left join refund r on r.payment_id = p.id
            where p.id = any ($1::uuid[])
            order by p.id, r.created_at, r.id
            """.formatted(RefundRows.COLUMNS);

    private static final int FIRST_OF_REFUND = 9;

    /** Leaves alone what is there already. @return the ids that were new */
    Future<Set<UUID>> insert(SqlClient client, List<Payment> payments) {
        return client.preparedQuery(INSERT)
                .execute(insertColumns(Tuple.tuple(), payments))
                .map(rows -> {
                    var inserted = new HashSet<UUID>();
                    rows.forEach(row -> inserted.add(row.getUUID(0)));
                    return inserted;
                });
    }

    /**
     * What a commit did.
     *
     * @param position the last that was taken in the journal; 0 if there was nothing to append
     */
    record Committed(Set<UUID> inserted, Set<UUID> changed, long position) {}

    /**
     * Inserts, changes and appends in one statement.
     *
     * @param inserts of distinct ids, in their order
     * @param changes of payments of distinct ids, in their order
     * @param appends the events of the changes
     */
    Future<Committed> commit(
            Database database,
            List<Payment> inserts,
            Collection<Change> changes,
            Journal<PaymentEvent> journal,
            List<Append<PaymentEvent>> appends) {
        Tuple parameters = insertColumns(Tuple.tuple(), inserts);
        addChangeColumns(parameters, changes.stream().map(Change::after).toList());
        RefundRows.addColumns(parameters, changes);
        journal.addColumns(parameters, appends);
        return database.commit(COMMIT, parameters).map(rows -> {
            var inserted = new HashSet<UUID>();
            var changed = new HashSet<UUID>();
            long position = 0;
            for (Row row : rows) {
                switch (row.getString(0)) {
                    case "inserted" -> inserted.add(row.getUUID(1));
                    case "changed" -> changed.add(row.getUUID(1));
                    default -> position = row.getLong(2);
                }
            }
            return new Committed(inserted, changed, position);
        });
    }

    private static Tuple insertColumns(Tuple parameters, List<Payment> payments) {
        int count = payments.size();
        var ids = new UUID[count];
        var orders = new UUID[count];
        var statuses = new String[count];
        var currencies = new String[count];
        var amounts = new Long[count];
        var versions = new Integer[count];
        for (int i = 0; i < count; i++) {
            Payment payment = payments.get(i);
            ids[i] = payment.id();
            orders[i] = payment.orderId();
            statuses[i] = payment.state().status().name();
            currencies[i] = payment.amount().currency();
            amounts[i] = payment.amount().amount();
            versions[i] = payment.version();
        }
        return parameters
                .addValue(ids)
                .addValue(orders)
                .addValue(statuses)
                .addValue(currencies)
                .addValue(amounts)
                .addValue(versions);
    }

    private static void addChangeColumns(Tuple parameters, List<Payment> payments) {
        int count = payments.size();
        var ids = new UUID[count];
        var statuses = new String[count];
        var captured = new Long[count];
        var refunded = new Long[count];
        var declineCodes = new @Nullable String[count];
        var versions = new Integer[count];
        for (int i = 0; i < count; i++) {
            Payment payment = payments.get(i);
            ids[i] = payment.id();
            statuses[i] = payment.state().status().name();
            captured[i] = payment.captured().amount();
            refunded[i] = payment.refunded().amount();
            declineCodes[i] = payment.state() instanceof PaymentState.Declined declined ? declined.code() : null;
            versions[i] = payment.version();
        }
        parameters
                .addValue(ids)
                .addValue(statuses)
                .addValue(captured)
                .addValue(refunded)
                .addValue(declineCodes)
                .addValue(versions);
    }

    Future<Void> markUnknown(SqlClient client, UUID id) {
        return client.preparedQuery(MARK_UNKNOWN).execute(Tuple.of(id)).mapEmpty();
    }

    /** Those of the payments that there are. */
    Future<Map<UUID, Payment>> find(SqlClient client, Collection<UUID> ids) {
        Tuple wanted = Tuple.tuple().addValue(ids.toArray(UUID[]::new));
        return client.preparedQuery(FIND).execute(wanted).map(rows -> {
            var found = new HashMap<UUID, Payment>();
            var refunds = refundsByPayment(rows);
            for (Row row : rows) {
                found.computeIfAbsent(row.getUUID(0), id -> payment(row, refunds.getOrDefault(id, List.of())));
            }
            return found;
        });
    }

    private static Map<UUID, List<Refund>> refundsByPayment(RowSet<Row> rows) {
        var refunds = new HashMap<UUID, List<Refund>>();
        for (Row row : rows) {
            if (row.getUUID(FIRST_OF_REFUND) != null) {
                refunds.computeIfAbsent(row.getUUID(0), id -> new ArrayList<>())
                        .add(RefundRows.refund(row, FIRST_OF_REFUND, row.getString(3)));
            }
        }
        return refunds;
    }

    private static Payment payment(Row row, List<Refund> refunds) {
        return new Payment(
                row.getUUID(0),
                row.getUUID(1),
                new Money(row.getLong(4), row.getString(3)),
                state(row, row.getString(3), refunds),
                row.getInteger(8));
    }

    private static PaymentState state(Row row, String currency, List<Refund> refunds) {
        return switch (Status.valueOf(row.getString(2))) {
            case PENDING -> new PaymentState.Pending();
            case UNKNOWN -> new PaymentState.Unknown();
            case DECLINED -> new PaymentState.Declined(String.valueOf(row.getString(7)));
            case VOIDED -> new PaymentState.Voided();
            case CAPTURED, PARTIALLY_REFUNDED, REFUNDED ->
                new Captured(
                        new Money(row.getLong(5), currency), new Money(row.getLong(6), currency), new Refunds(refunds));
        };
    }
}
