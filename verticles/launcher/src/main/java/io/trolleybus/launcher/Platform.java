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

/**
 * The services and the gateway in one Vert.x. They start from the inside out, so that nobody is let in before
 * everything answers, and stop in reverse.
 */
final class Platform {
    static final List<ServiceModule> MODULES =
            List.of(new UserModule(), new InventoryModule(), new OrderModule(), new PaymentModule());

    /** The order service has the most to do, so it runs one batch at a time on a loop of its own choosing. */
    private static final int GATEWAY_INSTANCES = 1;

    private final Vertx vertx;
    private final Node node;
    private final Deque<String> deployments = new ArrayDeque<>();

    Platform(Vertx vertx, Node node) {
        this.vertx = vertx;
        this.node = node;
    }

    /** Brings every service's database to the shape its code expects, all at once. */
    Future<?> migrate(Map<String, DatabaseSettings> databases) {
        return Future.all(MODULES.stream()
                .map(module -> Migrations.run(vertx, databases.get(module.name()), module.migrations()))
                .toList());
    }

    Future<?> startServices(Map<String, DatabaseSettings> databases, Settings settings) {
        return Future.all(MODULES.stream()
                .map(module -> deployed(vertx.deployVerticle(
                        new ServiceVerticle(node, module, databases.get(module.name()), settings))))
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

    private Future<String> deployed(Future<String> deployment) {
        return deployment.onSuccess(deployments::push);
    }
}
