package io.trolleybus.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the order service's read models have to say, worked out from its journal by rules written here anew, and what
 * they do say. Of orders that are placed, confirmed or rejected; nothing else may have happened to them.
 */
final class JournalFold {
    private static final String SCAN = """
            select stream, type, data::text, recorded_at from journal where position <= ? order by position
            """;

    private static final int FETCH = 5_000;

    private final Map<String, String> customers = new HashMap<>();
    private final Map<String, String> statuses = new HashMap<>();
    private final Map<String, String> sales = new TreeMap<>();
    private final Map<String, JsonNode> lines = new HashMap<>();

    private record Sold(long units, long revenue) {}

    private final Map<String, Sold> sold = new HashMap<>();

    /** Reads every row up to a position and does nothing with it. @return how many there were */
    static long scan(Connection connection, long through) throws SQLException {
        long rows = 0;
        try (PreparedStatement statement = prepare(connection, through);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                rows += found.getString(3).isEmpty() ? 0 : 1;
            }
        }
        connection.rollback();
        return rows;
    }

    private static PreparedStatement prepare(Connection connection, long through) throws SQLException {
        // Without a transaction the driver would fetch all of it at once.
        connection.setAutoCommit(false);
        PreparedStatement statement = connection.prepareStatement(SCAN);
        statement.setFetchSize(FETCH);
        statement.setLong(1, through);
        return statement;
    }

    static JournalFold of(Connection connection) throws SQLException {
        var fold = new JournalFold();
        try (PreparedStatement statement = prepare(connection, Long.MAX_VALUE);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                fold.add(
                        found.getString(1),
                        found.getString(2),
                        Json.read(found.getString(3)),
                        found.getObject(4, OffsetDateTime.class)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toLocalDate());
            }
        }
        connection.rollback();
        fold.sold.forEach((key, sum) -> fold.sales.put(key, sum.units + " " + sum.revenue));
        return fold;
    }

    private void add(String order, String type, JsonNode data, LocalDate day) {
        switch (type) {
            case "OrderCreated" -> {
                customers.put(order, data.path("userId").asText());
                statuses.put(order, "PENDING");
                lines.put(order, data.path("lines"));
            }
            case "OrderConfirmed" -> {
                statuses.put(order, "CONFIRMED");
                Objects.requireNonNull(lines.get(order), order)
                        .forEach(line -> sold.merge(
                                day + " " + line.path("sku").asText(),
                                new Sold(
                                        line.path("quantity").asLong(),
                                        line.path("lineTotal").path("amount").asLong()),
                                (one, other) -> new Sold(one.units + other.units, one.revenue + other.revenue)));
            }
            case "OrderRejected" -> statuses.put(order, "REJECTED");
            case "PaymentProcessed" -> {}
            default -> throw new AssertionError(type + " was not to happen here");
        }
    }

    int orders() {
        return customers.size();
    }

    /** How many rows of each read model differ from this, missing and surplus ones included. */
    Map<String, Long> differences(Connection connection) throws SQLException {
        Map<String, Long> differences = new TreeMap<>();
        differences.put("orders-by-customer", differences(customers, stored(connection, """
                select order_id::text, user_id::text from order_by_customer
                where generation = (select live from projection where name = 'orders-by-customer')
                """)));
        differences.put("orders-by-status", differences(statuses, stored(connection, """
                select order_id::text, status from order_by_status
                where generation = (select live from projection where name = 'orders-by-status')
                """)));
        differences.put("sales", differences(sales, stored(connection, """
                select day || ' ' || sku, units || ' ' || revenue from order_sales
                where generation = (select live from projection where name = 'sales')
                """)));
        return differences;
    }

    private static Map<String, String> stored(Connection connection, String sql) throws SQLException {
        Map<String, String> rows = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                rows.put(found.getString(1), found.getString(2));
            }
        }
        return rows;
    }

    private static long differences(Map<String, String> expected, Map<String, String> found) {
        long wrong = expected.entrySet().stream()
                .filter(row -> !row.getValue().equals(found.get(row.getKey())))
                .count();
        return wrong
                + found.keySet().stream()
                        .filter(key -> !expected.containsKey(key))
                        .count();
    }
}
