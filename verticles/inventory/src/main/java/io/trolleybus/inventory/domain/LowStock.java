package io.trolleybus.inventory.domain;

import io.trolleybus.inventory.domain.InventoryEvent.StockRanLow;
import java.util.Optional;

/**
 * When somebody has to be told that there is little left of a product: each time what is available falls below the
 * threshold, but not again while it stays there.
 *
 * @param threshold in units; 0 for never
 */
public record LowStock(int threshold) {
    /**
     * @param before what was available
     * @param after what is now
     */
    public boolean isCrossed(int before, int after) {
        return before >= threshold && after < threshold;
    }

    /** What is to be told of a change, if anything. */
    public Optional<StockRanLow> crossing(String sku, int before, int after) {
        return isCrossed(before, after) ? Optional.of(new StockRanLow(sku, after, threshold)) : Optional.empty();
    }
}
