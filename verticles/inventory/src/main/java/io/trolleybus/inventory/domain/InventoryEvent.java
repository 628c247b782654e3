package io.trolleybus.inventory.domain;

import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import java.util.List;
import java.util.UUID;

/**
 * What happens in inventory. The stream of a product's events is the product's id, that of a reservation's the
 * reservation's id, and a movement is a stream of its own, as is a stock that ran low.
 */
public sealed interface InventoryEvent {
    record ProductAdded(String sku, String name, Money price) implements InventoryEvent {}

    /** The price, and perhaps more; all as it is now, so that a reader needs no earlier event. */
    record PriceChanged(String sku, String name, String description, Money price, String by)
            implements InventoryEvent {}

    /** Name or description, but not the price; all as it is now. */
    record ProductDescribed(String sku, String name, String description, Money price, String by)
            implements InventoryEvent {}

    record StockReserved(UUID reservationId, List<StockLine> lines) implements InventoryEvent {}

    /** @param lines what became available again */
    record StockReleased(UUID reservationId, List<StockLine> lines, String reason) implements InventoryEvent {}

    /** @param lines what left, and so is reserved no more */
    record StockSold(UUID reservationId, UUID shipmentId, List<StockLine> lines) implements InventoryEvent {}

    /** @param available what is left, for the first time below the threshold */
    record StockRanLow(String sku, int available, int threshold) implements InventoryEvent {}

    /**
     * @param quantity units that came (positive) or went (negative)
     * @param onHand units that were there afterwards
     */
    record StockMoved(UUID movementId, String sku, int quantity, String kind, String reason, int onHand)
            implements InventoryEvent {}
}
