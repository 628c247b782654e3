package io.trolleybus.chassis;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a service instance is given to work with.
 *
 * @param service its module's name
 * @param owner the name under which it owns what only one may own; unique in the cluster and the same after a restart:
 *     that of its node, or of a further instance on the same node with its number, such as {@code blue/2}
 * @param breakers where a circuit breaker of its own is to be watched
 * @param ids time-ordered, see {@link io.trolleybus.model.UuidV7}
 */
public record ServiceContext(
        Vertx vertx,
        String service,
        String owner,
        Settings settings,
        Database database,
        Endpoints endpoints,
        GuardedClient client,
        Tracing tracing,
        Meters meters,
        Breakers.Caller breakers,
        InstantSource clock,
        Supplier<UUID> ids,
        RandomGenerator random) {}
