package io.trolleybus.inventory.domain;

import io.trolleybus.inventory.domain.InventoryEvent.StockRanLow;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can still be had of each SKU while the commands of one batch are decided, in order of arrival. Whoever comes
 * first gets the last unit; one who is refused leaves what there is to those who come later and want less.
 *
 * <p>Not thread-safe.
 */
public final class Availability {
    private final Map<String, Integer> available;
    private final Map<String, Integer> reserved = new HashMap<>();

    /** @param available units by SKU; a SKU that is missing is not known */
    public Availability(Map<String, Integer> available) {
        this.available = new HashMap<>(available);
    }

    /**
     * Takes all lines or none.
     *
     * @param lines of distinct SKUs
     * @return why none was taken; empty if all were
     */
    public Optional<Refusal> take(List<StockLine> lines) {
        for (StockLine line : lines) {
            Integer left = available.get(line.sku());
            if (left == null) {
                return Optional.of(unknownProduct(line.sku()));
            }
            if (left < line.quantity()) {
                return Optional.of(outOfStock(line, left));
            }
        }
        lines.forEach(line -> change(line.sku(), line.quantity()));
        return Optional.empty();
    }

    /** Makes available what was taken before, in this batch or an earlier one. */
    public void giveBack(List<StockLine> lines) {
        lines.forEach(line -> change(line.sku(), -line.quantity()));
    }

    /** By how much more or less of each SKU is reserved than before, without those that are as they were. */
    public Map<String, Integer> changes() {
        var changes = new TreeMap<>(reserved);
        changes.values().removeIf(change -> change == 0);
        return changes;
    }

    /** What ran low, once all is decided. */
    public List<StockRanLow> ranLow(LowStock lowStock) {
        var ranLow = new ArrayList<StockRanLow>();
        changes().forEach((sku, change) -> {
            int left = available.getOrDefault(sku, 0);
            lowStock.crossing(sku, left + change, left).ifPresent(ranLow::add);
        });
        return ranLow;
    }

    /** Units by SKU that can still be had. */
    public Map<String, Integer> left() {
        return Map.copyOf(available);
    }

    /** The refusal for a SKU that nothing is known of. */
    public static Refusal unknownProduct(String sku) {
        return new Refusal(Refusals.UNKNOWN_PRODUCT, "There is no product " + sku + ".", Map.of("sku", sku));
    }

    private static Refusal outOfStock(StockLine line, int left) {
        return new Refusal(
                Refusals.OUT_OF_STOCK,
                "Of " + line.sku() + " " + left + " can be had, not " + line.quantity() + ".",
                Map.of("sku", line.sku(), "available", left));
    }

    private void change(String sku, int quantity) {
        available.merge(sku, -quantity, Integer::sum);
        reserved.merge(sku, quantity, Integer::sum);
    }
}
