package io.trolleybus.verification;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A long past for the order service, written past it: the journal of orders that were placed, paid and confirmed, one a
 * second, and the rows that the service would have written with it. The other services know nothing of these orders.
 */
final class SeededOrders {
    /** The events, as the service writes them; three for each order, its own next to each other. */
    private static final String SEED = """
            with number as (
              select n, now() - make_interval(secs => ? - n + 3600) as at,
                     ('00000000-0000-7000-8000-' || lpad(to_hex(n % ?), 12, '0'))::uuid as user_id,
                     'SEED-' || n % 20 as sku, 1 + n % 3 as quantity, 100 + n % 900 as price
              from generate_series(?, ?) n
            ), seeded as (
              select number.*,
                     (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
                      || lpad(to_hex(n % 4096), 3, '0') || '8' || substr(md5(n::text), 1, 15))::uuid as id,
                     md5('payment ' || n)::uuid as payment_id,
                     json_build_array(json_build_object(
                       'sku', sku, 'name', 'Seeded ' || sku, 'quantity', quantity,
                       'unitPrice', json_build_object('amount', price, 'currency', 'EUR'),
                       'lineTotal', json_build_object('amount', price * quantity, 'currency', 'EUR'))) as lines,
                     json_build_object('amount', price * quantity, 'currency', 'EUR') as total
              from number
            ), head as (
              update journal_head set position = position + 3 * ? returning position - 3 * ? as before
            ), written as (
              insert into orders (id, user_id, status, version, currency, total, lines, payment_id, payment_status,
                                  captured, created_at, updated_at, saga)
              select id, user_id, 'CONFIRMED', 3, 'EUR', price * quantity, lines, payment_id, 'CAPTURED',
                     price * quantity, at, at, ?::json
              from seeded
            )
            insert into journal (position, stream, version, type, schema_version, data, recorded_at)
            select before + 3 * (n - ?) + version, id, version, type, 1, data, at
            from head, seeded cross join lateral (values
              (1, 'OrderCreated', json_build_object(
                'userId', user_id, 'lines', lines, 'total', total, 'paymentId', payment_id)),
              (2, 'PaymentProcessed', json_build_object('paymentId', payment_id, 'amount', total)),
              (3, 'OrderConfirmed', json_build_object())) as event (version, type, data)
            """;

    /** So many at once, that no statement takes long. */
    private static final int PIECE = 10_000;

    private final int orders;
    private final int customers;

    /** @param customers who have the orders, each as many */
    SeededOrders(int orders, int customers) {
        this.orders = orders;
        this.customers = customers;
    }

    /** @param endedSaga the saga column of an order that was confirmed */
    void write(Connection superuser, String endedSaga) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(SEED)) {
            for (int first = 1; first <= orders; first += PIECE) {
                int last = Math.min(orders, first + PIECE - 1);
                int count = last - first + 1;
                List<Object> parameters = List.of(orders, customers, first, last, count, count, endedSaga, first);
                for (int i = 0; i < parameters.size(); i++) {
                    statement.setObject(i + 1, parameters.get(i));
                }
                statement.executeUpdate();
            }
        }
    }

    int ordersPerCustomer() {
        return orders / customers;
    }

    List<UUID> customers() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < customers; i++) {
            ids.add(UUID.fromString(String.format("00000000-0000-7000-8000-%012x", i)));
        }
        return ids;
    }
}
