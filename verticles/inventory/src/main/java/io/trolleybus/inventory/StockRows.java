package io.trolleybus.inventory;

import io.trolleybus.inventory.domain.Availability;
import io.trolleybus.model.InventoryMessages.Stock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The statements of a batch on the stock table. */
final class StockRows {
    /**
     * Locks in SKU order, so that two batches never wait for each other, and reads what is there once it has the lock.
     * The lines of a reservation never change, so those of the second parameter need not be locked to be read.
     */
    private static final String LOCK = """
            select sku, on_hand - reserved
            from stock
            where sku = any ($1::text[] || array(select unnest(skus) from reservation where id = any ($2::uuid[])))
            order by sku
            for no key update
            """;

    private static final String AVAILABLE = "select sku, on_hand - reserved from stock where sku = any ($1)";

    private static final String CHANGE_RESERVED = """
            update stock
            set reserved = stock.reserved + change.quantity
            from unnest($1::text[], $2::int[]) as change (sku, quantity)
            where stock.sku = change.sku
            """;

    private static final String LOCK_ON_HAND = """
            select sku, on_hand
            from stock
            where sku = any (array(select unnest(skus) from reservation where id = any ($1::uuid[])))
            order by sku
            for no key update
            """;

    private static final String SELL = """
            update stock
            set on_hand = stock.on_hand - sold.quantity, reserved = stock.reserved - sold.quantity
            from unnest($1::text[], $2::int[]) as sold (sku, quantity)
            where stock.sku = sold.sku
            """;

    private static final String FIND = "select sku, on_hand, reserved from stock where sku = $1";

    private static final String LOCK_ONE = "select sku, on_hand, reserved from stock where sku = $1 for no key update";

    private static final String SET_ON_HAND = "update stock set on_hand = $2 where sku = $1";

    private StockRows() {}

    /**
     * @param skus of lines to be reserved
     * @param released reservations whose SKUs are locked as well
     */
    static Future<Availability> lock(SqlConnection tx, String[] skus, UUID[] released) {
        var parameters = Tuple.tuple().addValue(skus).addValue(released);
        return tx.preparedQuery(LOCK).execute(parameters).map(rows -> new Availability(bySku(rows)));
    }

    /** What can be had now of those that there are; it may be another in the next moment. */
    static Future<Map<String, Integer>> available(SqlClient client, String[] skus) {
        return client.preparedQuery(AVAILABLE)
                .execute(Tuple.tuple().addValue(skus))
                .map(StockRows::bySku);
    }

    private static Map<String, Integer> bySku(RowSet<Row> rows) {
        var units = new HashMap<String, Integer>(rows.size() * 2);
        rows.forEach(row -> units.put(row.getString(0), row.getInteger(1)));
        return units;
    }

    /** @param changes units by SKU, of rows that are locked already */
    static Future<?> changeReserved(SqlConnection tx, Map<String, Integer> changes) {
        return change(tx, CHANGE_RESERVED, changes);
    }

    /** Locks the stock of all SKUs of the reservations and tells what is on hand of each. */
    static Future<Map<String, Integer>> lockOnHand(SqlConnection tx, UUID[] reservations) {
        return tx.preparedQuery(LOCK_ON_HAND)
                .execute(Tuple.tuple().addValue(reservations))
                .map(StockRows::bySku);
    }

    /** @param sold units by SKU, which leave what is reserved and what is on hand, of rows that are locked already */
    static Future<?> sell(SqlConnection tx, Map<String, Integer> sold) {
        return change(tx, SELL, sold);
    }

    private static Future<?> change(SqlConnection tx, String sql, Map<String, Integer> units) {
        if (units.isEmpty()) {
            return Future.succeededFuture();
        }
        var parameters = Tuple.tuple()
                .addValue(units.keySet().toArray(String[]::new))
                .addValue(units.values().toArray(Integer[]::new));
        return tx.preparedQuery(sql).execute(parameters);
    }

    /** Empty if there is no such product. */
    static Future<Optional<Stock>> find(SqlClient client, String sku) {
        return one(client, FIND, sku);
    }

    /** Keeps others from changing it; empty if there is no such product. */
    static Future<Optional<Stock>> lock(SqlConnection tx, String sku) {
        return one(tx, LOCK_ONE, sku);
    }

    /** Of a row that is locked already. */
    static Future<?> setOnHand(SqlConnection tx, String sku, int onHand) {
        return tx.preparedQuery(SET_ON_HAND).execute(Tuple.of(sku, onHand));
    }

    private static Future<Optional<Stock>> one(SqlClient client, String sql, String sku) {
        return client.preparedQuery(sql).execute(Tuple.of(sku)).map(rows -> {
            for (Row row : rows) {
                int onHand = row.getInteger(1);
                int reserved = row.getInteger(2);
                return Optional.of(new Stock(row.getString(0), onHand, reserved, onHand - reserved));
            }
            return Optional.empty();
        });
    }
}
