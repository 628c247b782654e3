package io.trolleybus.inventory;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.inventory.domain.StockRules;
import io.trolleybus.model.InventoryMessages;
import java.util.List;

/** The inventory service, for a process to run. */
public final class InventoryModule implements ServiceModule {
    /** The setting for {@link LowStock}, in units. */
    public static final String LOW_STOCK_THRESHOLD = "inventory.low-stock-threshold";

    /** The most that it may be. */
    public static final int MAX_LOW_STOCK_THRESHOLD = StockRules.MAX_ON_HAND_UNITS;

    @Override
    public String name() {
        return InventoryMessages.SERVICE;
    }

    @Override
    public List<String> migrations() {
        return List.of("io/trolleybus/journal/migrations", "io/trolleybus/inventory/migrations");
    }

    @Override
    public Service create() {
        return new InventoryService();
    }
}
