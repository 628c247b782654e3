package io.trolleybus.testkit;

import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.chassis.ServiceVerticle;
import io.trolleybus.chassis.Settings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One deployed instance of a service, which a test can stop and start again on the same database. */
public final class TestService {
    private final Node node;
    private final ServiceModule module;
    private final int number;
    private final Settings settings;
    private final TestDatabase database;
    private @Nullable String deployment;
    private volatile @Nullable Inside inside;

    /** What the service was started with, and its event loop. */
    private record Inside(ServiceContext context, Context loop) {}

    private TestService(Node node, ServiceModule module, int number, Settings settings, TestDatabase database) {
        this.node = node;
        this.module = module;
        this.number = number;
        this.settings = settings;
        this.database = database;
    }

    static TestService deploy(Node node, ServiceModule module, int number, Settings settings, TestDatabase database) {
        var service = new TestService(node, module, number, settings, database);
        service.start();
        return service;
    }

    public TestDatabase database() {
        return database;
    }

    /** Starts it, after {@link #stop}; returns when it is ready. */
    public void start() {
        var watched = TestPlatform.module(module.name(), module.migrations(), this::watched);
        deployment = Futures.await(
                node.vertx().deployVerticle(new ServiceVerticle(node, watched, number, database.settings(), settings)));
    }

    /** Stops it in order; returns when it has left. */
    public void stop() {
        if (deployment != null) {
            Futures.await(node.vertx().undeploy(deployment));
            deployment = null;
        }
    }

    public void restart() {
        stop();
        start();
    }

    /** Runs work as the service itself would: on its event loop, with its database, clients and endpoints. */
    public <T> Future<T> onLoop(Function<ServiceContext, Future<T>> work) {
        Inside now = inside;
        if (now == null) {
            throw new IllegalStateException(module.name() + " was never started");
        }
        return Futures.on(now.loop, () -> work.apply(now.context));
    }

    private Service watched() {
        Service service = module.create();
        return new Service() {
            @Override
            public Future<?> start(ServiceContext context) {
                inside = new Inside(context, context.vertx().getOrCreateContext());
                return service.start(context);
            }

            @Override
            public Future<?> stop() {
                return service.stop();
            }
        };
    }
}
