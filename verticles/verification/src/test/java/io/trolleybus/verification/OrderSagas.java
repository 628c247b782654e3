package io.trolleybus.verification;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The place-order sagas as order's database holds them. */
final class OrderSagas {
    private static final String VERSIONS = "select id, (saga->>'version')::int from orders where id = any(?::uuid[])";
    private static final String LABELS = "select order_id, voided from parcel_label where order_id = any(?::uuid[])";
    private static final String OWNERS =
            "select id, saga_owner from orders where id = any(?::uuid[]) and saga_owner is not null";

    private static final String LEASES = "select owner from saga_lease order by owner";

    private final Databases databases;

    OrderSagas(Databases databases) {
        this.databases = databases;
    }

    /** By which version each of the orders is carried out. */
    Map<String, Integer> versionsOf(Set<String> orderIds) {
        return ask(VERSIONS, orderIds, row -> row.getInt(2));
    }

    /** Which of the orders have a label of the next release, and whether it is good: voided is not. */
    Map<String, Boolean> labelsOf(Set<String> orderIds) {
        return ask(LABELS, orderIds, row -> !row.getBoolean(2));
    }

    /** The nodes that run the sagas of those of the orders that have not ended. */
    Map<String, String> ownersOf(Set<String> orderIds) {
        return ask(OWNERS, orderIds, row -> row.getString(2));
    }

    /** The node that runs the saga of an order that has not ended. */
    String ownerOf(String orderId) {
        return requireNonNull(ownersOf(Set.of(orderId)).get(orderId), "owner");
    }

    /** Who may run sagas: the instances of the order service, and those that died and nobody has taken over yet. */
    List<String> leaseHolders() {
        List<String> holders = new ArrayList<>();
        try (Connection database = databases.asService("order");
                PreparedStatement query = database.prepareStatement(LEASES);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                holders.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(LEASES, e);
        }
        return holders;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> Map<String, T> ask(String sql, Set<String> orderIds, Reader<T> reader) {
        Map<String, T> answers = new HashMap<>();
        try (Connection database = databases.asService("order");
                PreparedStatement query = database.prepareStatement(sql)) {
            query.setArray(
                    1,
                    database.createArrayOf(
                            "uuid", orderIds.stream().map(UUID::fromString).toArray()));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    answers.put(rows.getString(1), reader.read(rows));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
        return answers;
    }
}
