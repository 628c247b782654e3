package io.trolleybus.testkit;

import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.chassis.ServiceVerticle;
import io.trolleybus.chassis.Settings;

/** One deployed instance of a service, which a test can stop and start again on the same database. */
public final class TestService {
    private final Node node;
    private final ServiceModule module;
    private final Settings settings;
    private final TestDatabase database;
    private String deployment = "";

    private TestService(Node node, ServiceModule module, Settings settings, TestDatabase database) {
        this.node = node;
        this.module = module;
        this.settings = settings;
        this.database = database;
    }

    static TestService deploy(Node node, ServiceModule module, Settings settings, TestDatabase database) {
        var service = new TestService(node, module, settings, database);
        service.start();
        return service;
    }

    public TestDatabase database() {
        return database;
    }

    /** Starts it after {@link #stop}; returns when it is ready. */
    public void start() {
        deployment = Futures.await(
                node.vertx().deployVerticle(new ServiceVerticle(node, module, database.settings(), settings)));
    }

    /** Stops it in order; returns when it has left. */
    public void stop() {
        Futures.await(node.vertx().undeploy(deployment));
    }

    public void restart() {
        stop();
        start();
    }
}
