package io.trolleybus.launcher;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.ManagementVerticle;
import io.trolleybus.chassis.Migrations;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.chassis.ServiceVerticle;
import io.trolleybus.chassis.Settings;
import io.trolleybus.gateway.GatewaySettings;
import io.trolleybus.gateway.GatewayVerticle;
import io.trolleybus.inventory.InventoryModule;
import io.trolleybus.order.OrderModule;
import io.trolleybus.payment.PaymentModule;
import io.trolleybus.user.UserModule;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The services and the gateway that run in this process. They start from the inside out, so that nobody is let in
 * before everything answers, and stop in reverse. Every method blocks until it is done.
 */
final class Platform implements AutoCloseable {
    static final List<ServiceModule> MODULES =
            List.of(new UserModule(), new InventoryModule(), new OrderModule(), new PaymentModule());

    /**
     * For transactions, of each instance of a service: one commits a batch, the others serve subscriptions and single
     * commands.
     */
    static final int CONNECTIONS = 4;

    /** Whatever there are of the services: each keeps the tokens that it has verified for itself. */
    private static final int GATEWAY_INSTANCES = 1;

    private final NodeRuntime runtime;
    private final List<ServiceModule> modules;
    private final Map<String, DatabaseSettings> databases;
    private final int instances;
    private final long drainSeconds;
    private final Deque<String> deployments = new ConcurrentLinkedDeque<>();
    /** Read by the thread that stops the process. */
    private volatile @Nullable String management;

    private volatile boolean hasGateway;
    private volatile boolean stopping;

    /**
     * @param databases of each module, by its name
     * @param instances of each module
     * @param drainSeconds for how long a gateway that is told to stop serves on, unready, so that whoever balances the
     *     load can turn to others
     */
    Platform(
            NodeRuntime runtime,
            List<ServiceModule> modules,
            Map<String, DatabaseSettings> databases,
            int instances,
            long drainSeconds) {
        this.runtime = runtime;
        this.modules = modules;
        this.databases = databases;
        this.instances = instances;
        this.drainSeconds = drainSeconds;
        runtime.node().watch("lifecycle", () -> stopping ? Future.failedFuture("stopping") : Future.succeededFuture());
    }

    static List<String> serviceNames() {
        return MODULES.stream().map(ServiceModule::name).toList();
    }

    /**
     * Begins to bring the databases of services to the shape their code expects, all at once. Nothing that runs is
     * needed for it but PostgreSQL, so other things can be started meanwhile.
     *
     * @param databases of each module, by its name
     */
    static Future<?> migrate(List<ServiceModule> modules, Map<String, DatabaseSettings> databases) {
        return Future.all(modules.stream()
                .map(module -> Migrations.run(databaseOf(module, databases), module.migrations()))
                .toList());
    }

    /** @param migrated waited for: the databases have the shape that the services expect */
    void startServices(Settings settings, Future<?> migrated, Consumer<String> progress) throws Exception {
        await(migrated);
        progress.accept("Starting the services");
        // First, so that it is stopped last.
        await(deployed(runtime.deployNode()));
        await(Future.all(modules.stream()
                .map(module -> deployed(deploy(module, settings)))
                .toList()));
    }

    /** The instances of a verticle are given the event loops in turn, so that each has one of its own. */
    private Future<String> deploy(ServiceModule module, Settings settings) {
        var number = new AtomicInteger();
        return runtime.vertx()
                .deployVerticle(
                        () -> new ServiceVerticle(
                                runtime.node(),
                                module,
                                number.incrementAndGet(),
                                databaseOf(module, databases),
                                settings),
                        new DeploymentOptions().setInstances(instances));
    }

    void startGateway(Listener listener, GatewaySettings settings) throws Exception {
        var options = new DeploymentOptions().setInstances(GATEWAY_INSTANCES);
        NodeRuntime.await(
                listener,
                deployed(runtime.vertx().deployVerticle(() -> new GatewayVerticle(runtime.node(), settings), options)));
        hasGateway = true;
    }

    void startManagement(Listener listener) throws Exception {
        var verticle = new ManagementVerticle(runtime.node(), listener.host(), listener.port());
        Future<String> deployment = runtime.vertx().deployVerticle(verticle);
        NodeRuntime.await(listener, deployment.onSuccess(id -> management = id));
    }

    /**
     * Unready first; then the gateway stops, then what it calls, each when it has answered what it began; last of all
     * goes the management port, where the node is seen to be stopping.
     */
    @Override
    public void close() throws Exception {
        stopping = true;
        if (hasGateway && drainSeconds > 0 && !runtime.isGivenUp()) {
            NodeRuntime.await(runtime.vertx().timer(drainSeconds, TimeUnit.SECONDS), drainSeconds + 1);
        }
        NodeRuntime.await(stop(), NodeRuntime.STOP_LIMIT_SECONDS);
        String lastToGo = management;
        if (lastToGo != null) {
            NodeRuntime.await(runtime.vertx().undeploy(lastToGo), NodeRuntime.STOP_LIMIT_SECONDS);
        }
    }

    private Future<?> stop() {
        return deployments.isEmpty()
                ? Future.succeededFuture()
                : runtime.vertx().undeploy(deployments.pop()).transform(stopped -> stop());
    }

    private static DatabaseSettings databaseOf(ServiceModule module, Map<String, DatabaseSettings> databases) {
        return Objects.requireNonNull(databases.get(module.name()), module::name);
    }

    private Future<String> deployed(Future<String> deployment) {
        return deployment.onSuccess(deployments::push);
    }

    private static void await(Future<?> future) throws Exception {
        NodeRuntime.await(future, NodeRuntime.START_LIMIT_SECONDS);
    }
}
