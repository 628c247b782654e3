package io.trolleybus.inventory.domain;

import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import java.util.List;
import java.util.UUID;

/**
 * What happens in inventory. The stream of a product's events is the product's id, that of a reservation's the
 * reservation's id, and a movement is a stream of its own.
 */
public sealed interface InventoryEvent {
    record ProductAdded(String sku, String name, Money price) implements InventoryEvent {}

    /** Name and price as they are now, so that a reader needs no earlier event. */
    record PriceChanged(String sku, String name, Money price) implements InventoryEvent {}

    record StockReserved(UUID reservationId, List<StockLine> lines) implements InventoryEvent {}

    /** @param lines what became available again */
    record StockReleased(UUID reservationId, List<StockLine> lines, String reason) implements InventoryEvent {}

    /**
     * @param quantity units that came (positive) or went (negative)
     * @param onHand units that were there afterwards
     */
    record StockMoved(UUID movementId, String sku, int quantity, String kind, String reason, int onHand)
            implements InventoryEvent {}
}
