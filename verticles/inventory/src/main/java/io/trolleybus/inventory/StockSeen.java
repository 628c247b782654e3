package io.trolleybus.inventory;

import io.trolleybus.inventory.domain.LowStock;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What could be had of each SKU when this instance last saw it: enough to tell whether a batch can be held without
 * deciding who gets what, and without anything running low by it. It may be old; then the database refuses the batch,
 * and it is decided. For one event loop.
 */
final class StockSeen {
    private static final int MAX_SKUS = 100_000;

    private final SqlClient client;
    private final LowStock lowStock;
    private final Map<String, Integer> available = new HashMap<>();

    StockSeen(SqlClient client, LowStock lowStock) {
        this.client = client;
        this.lowStock = lowStock;
    }

    /** Whether there was enough of everything, and stays; SKUs not seen so far are looked up. */
    Future<Boolean> covers(Map<String, Integer> wanted) {
        List<String> unseen = wanted.keySet().stream()
                .filter(sku -> !available.containsKey(sku))
                .toList();
        if (unseen.isEmpty()) {
            return Future.succeededFuture(isCovered(wanted));
        }
        return StockRows.available(client, unseen.toArray(String[]::new)).map(found -> {
            saw(found);
            return isCovered(wanted);
        });
    }

    void saw(Map<String, Integer> found) {
        if (available.size() + found.size() > MAX_SKUS) {
            available.clear();
        }
        available.putAll(found);
    }

    /** What is not known at all is not covered. */
    private boolean isCovered(Map<String, Integer> wanted) {
        return wanted.entrySet().stream().allMatch(entry -> {
            int there = available.getOrDefault(entry.getKey(), 0);
            int left = there - entry.getValue();
            return left >= 0 && !lowStock.isCrossed(there, left);
        });
    }
}
