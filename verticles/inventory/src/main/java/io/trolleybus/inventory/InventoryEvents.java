package io.trolleybus.inventory;

import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.PriceChanged;
import io.trolleybus.inventory.domain.InventoryEvent.ProductAdded;
import io.trolleybus.inventory.domain.InventoryEvent.ProductDescribed;
import io.trolleybus.inventory.domain.InventoryEvent.StockMoved;
import io.trolleybus.inventory.domain.InventoryEvent.StockRanLow;
import io.trolleybus.inventory.domain.InventoryEvent.StockReleased;
import io.trolleybus.inventory.domain.InventoryEvent.StockReserved;
import io.trolleybus.inventory.domain.InventoryEvent.StockSold;
import io.trolleybus.journal.EventTypes;

/** The wire names of inventory's events; what stands in a journal keeps its name for ever. */
final class InventoryEvents {
    static final String STOCK_RESERVED = "StockReserved";

    static final EventTypes<InventoryEvent> TYPES = new EventTypes<InventoryEvent>()
            .add("ProductAdded", ProductAdded.class)
            .add("PriceChanged", PriceChanged.class)
            .add("ProductDescribed", ProductDescribed.class)
            .add(STOCK_RESERVED, StockReserved.class)
            .add("StockReleased", StockReleased.class)
            .add("StockSold", StockSold.class)
            .add("StockRanLow", StockRanLow.class)
            .add("StockMoved", StockMoved.class);

    private InventoryEvents() {}
}
