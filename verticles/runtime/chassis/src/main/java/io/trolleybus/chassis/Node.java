package io.trolleybus.chassis;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One process of the platform: what all its services share.
 *
 * @param name unique in the cluster and the same after a restart
 * @param version of the program, shown in discovery
 * @param busSecret seals messages; the same on every node
 * @param breakers how those of this process stand
 * @param giveUp ends this process in order, from whatever thread, because it cannot do its part any more
 */
public record Node(
        Vertx vertx,
        String name,
        String version,
        String busSecret,
        ServiceDirectory directory,
        HealthChecks health,
        Tracing tracing,
        MeterRegistry meters,
        Breakers breakers,
        InstantSource clock,
        Supplier<UUID> ids,
        RandomGenerator random,
        Runnable giveUp) {

    /** Prepares a Vert.x instance for {@link Payload} messages; once for each, before anything is sent. */
    public static void prepare(Vertx vertx) {
        PayloadCodec.register(vertx);
    }

    /** A client for a caller that is no service itself, such as the gateway. For one event loop. */
    public GuardedClient client(String caller) {
        return client(caller, breakers.of(caller));
    }

    /** @param own the breakers of this one caller, who may be one of several under the same name */
    GuardedClient client(String caller, Breakers.Caller own) {
        return new GuardedClient(vertx, caller, directory, new Seal(busSecret), tracing.of(caller), own, clock, random);
    }

    Endpoints endpoints(String service, String instance, Meters own) {
        return new Endpoints(vertx, service, instance, new Seal(busSecret), tracing.of(service), own, clock);
    }

    /** Reports under {@code name} whether the check succeeds. Thread-safe. */
    public void watch(String name, Supplier<Future<Void>> check) {
        // Of two who make the same level of names at once, one would find its check gone with the level it made.
        synchronized (health) {
            health.register(
                    name, promise -> check.get().onComplete(ok -> promise.complete(Status.OK()), promise::fail));
        }
    }

    /** Without the secret, so that it can be logged. */
    @Override
    public String toString() {
        return name;
    }
}
