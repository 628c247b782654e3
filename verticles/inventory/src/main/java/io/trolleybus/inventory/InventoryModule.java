package io.trolleybus.inventory;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.InventoryMessages;
import java.util.List;

/** The inventory service, for a process to run. */
public final class InventoryModule implements ServiceModule {
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
