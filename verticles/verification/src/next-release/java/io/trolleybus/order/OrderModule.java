package io.trolleybus.order;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.OrderMessages;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    public Service create() {
        return new Instance();
    }

    private static final class Instance implements Service {
        private @Nullable OrderService service;

        @Override
        public Future<?> start(ServiceContext context) {
            new ParcelLabels(context.database().reads()).serve(context.endpoints());
            service = new OrderService(context);
            return service.start();
        }

        @Override
        public Future<?> stop() {
            return service == null ? Future.succeededFuture() : service.stop();
        }
    }
}
