package io.trolleybus.launcher;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.ManagementVerticle;
import io.trolleybus.chassis.Migrations;
import io.trolleybus.chassis.Node;
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
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The services and the gateway in one Vert.x. They start from the inside out, so that nobody is let in before
 * everything answers, and stop in reverse.
 */
final class Platform {
    static final List<ServiceModule> MODULES =
            List.of(new UserModule(), new InventoryModule(), new OrderModule(), new PaymentModule());

    /** One is enough for what one machine's services can take; limits and caches are kept for each. */
    private static final int GATEWAY_INSTANCES = 1;

    private final Vertx vertx;
    private final Node node;
    private final Map<String, DatabaseSettings> databases;
    private final Deque<String> deployments = new ArrayDeque<>();

    /** @param databases of each module, by its name */
    Platform(Vertx vertx, Node node, Map<String, DatabaseSettings> databases) {
        this.vertx = vertx;
        this.node = node;
        this.databases = databases;
    }

    /** Brings every service's database to the shape its code expects, all at once. */
    Future<?> migrate() {
        return Future.all(MODULES.stream()
                .map(module -> Migrations.run(vertx, databaseOf(module), module.migrations()))
                .toList());
    }

    Future<?> startServices(Settings settings) {
        return Future.all(MODULES.stream()
                .map(module ->
                        deployed(vertx.deployVerticle(new ServiceVerticle(node, module, databaseOf(module), settings))))
                .toList());
    }

    Future<?> startGateway(GatewaySettings settings) {
        var options = new DeploymentOptions().setInstances(GATEWAY_INSTANCES);
        return deployed(vertx.deployVerticle(() -> new GatewayVerticle(node, settings), options));
    }

    Future<?> startManagement(Listener listener) {
        return deployed(vertx.deployVerticle(new ManagementVerticle(node, listener.host(), listener.port())));
    }

    /** Stops the gateway first, then what it calls; each answers what it has begun. */
    Future<?> stop() {
        return deployments.isEmpty()
                ? Future.succeededFuture()
                : vertx.undeploy(deployments.pop()).transform(stopped -> stop());
    }

    private DatabaseSettings databaseOf(ServiceModule module) {
        return Objects.requireNonNull(databases.get(module.name()), module::name);
    }

    private Future<String> deployed(Future<String> deployment) {
        return deployment.onSuccess(deployments::push);
    }
}
