package io.trolleybus.order;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.OrderMessages;
import java.util.List;

/** The order service for a process that wants to run it. */
public final class OrderModule implements ServiceModule {
    @Override
    public String name() {
        return OrderMessages.SERVICE;
    }

    @Override
    public List<String> migrations() {
        return List.of(
                "io/trolleybus/journal/migrations", "io/trolleybus/saga/migrations", "io/trolleybus/order/migrations");
    }

    @Override
    public Service create(ServiceContext context) {
        return new OrderService(context);
    }
}
