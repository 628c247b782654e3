package io.trolleybus.chassis;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a service instance is given to work with.
 *
 * @param service its module's name
 * @param node the name of the process, unique in the cluster and the same after a restart
 * @param breakers where a circuit breaker of its own is to be watched
 * @param ids time-ordered, see {@link io.trolleybus.model.UuidV7}
 */
public record ServiceContext(
        Vertx vertx,
        String service,
        String node,
        Settings settings,
        Database database,
        Endpoints endpoints,
        GuardedClient client,
        Tracing tracing,
        MeterRegistry meters,
        Breakers breakers,
        InstantSource clock,
        Supplier<UUID> ids,
        RandomGenerator random) {}
