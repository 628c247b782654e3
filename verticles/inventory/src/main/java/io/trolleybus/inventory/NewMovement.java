package io.trolleybus.inventory;

import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockMoved;
import io.trolleybus.inventory.domain.MovementKind;
import io.trolleybus.journal.Append;
import java.util.List;
import java.util.UUID;

/**
 * A movement that is to be written.
 *
 * @param quantity units that come (positive) or go (negative)
 * @param by the principal's name
 * @param onHand units that are there afterwards
 */
record NewMovement(UUID id, String sku, int quantity, MovementKind kind, String reason, String by, int onHand) {
    private static final int NEW = 0;

    Append<InventoryEvent> append(Trace trace) {
        var event = new StockMoved(id, sku, quantity, kind.wireName(), reason, onHand);
        return new Append<>(id, NEW, List.of(event), trace);
    }
}
