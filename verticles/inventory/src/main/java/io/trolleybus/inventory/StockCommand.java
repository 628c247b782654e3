package io.trolleybus.inventory;

import io.trolleybus.chassis.Trace;
import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.List;
import java.util.UUID;

/** What is done to a reservation in a batch, answered by its id or a refusal. */
sealed interface StockCommand {
    UUID id();

    Trace trace();

    /** @param lines of distinct SKUs that match the pattern of SKUs */
    record Reserve(UUID id, List<StockLine> lines, Trace trace) implements StockCommand {}

    record Release(UUID id, String reason, Trace trace) implements StockCommand {}
}
