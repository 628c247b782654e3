package io.trolleybus.chassis;

import io.vertx.core.Future;

/** One running instance of a service. All calls come on its verticle's event loop. */
public interface Service {
    /** Registers what it answers with {@link ServiceContext#endpoints}; the service is ready when this completes. */
    Future<?> start(ServiceContext context);

    /** Stops timers and subscriptions. Its endpoints are closed and drained already, its database is still open. */
    default Future<?> stop() {
        return Future.succeededFuture();
    }
}
