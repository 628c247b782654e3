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
    /** The setting for how often everything is audited, in seconds; where it is missing nothing is. */
    public static final String AUDIT_PERIOD = "audit.period-seconds";

    /** The most that it may be: what two sweeps in a row have seen is to be known within a minute. */
    public static final int MAX_AUDIT_PERIOD_SECONDS = 20;

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
            service = new OrderService(context);
            return service.start();
        }

        @Override
        public Future<?> stop() {
            return service == null ? Future.succeededFuture() : service.stop();
        }
    }
}
