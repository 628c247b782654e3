package io.trolleybus.launcher;

import io.trolleybus.gateway.GatewaySettings;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs some of the services as one node of a cluster, until it is told to stop by SIGTERM or Ctrl-C. */
@Command(
        name = "node",
        description = "Runs some of the services as one node of a cluster, on databases that others run.",
        mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Option(
            names = "--services",
            paramLabel = "NAMES",
            description = "What runs here, separated by commas: user, inventory, order, payment, gateway"
                    + " (node.services).")
    private @Nullable String services;

    @Option(names = "--name", paramLabel = "NAME", description = "Unique in the cluster (node.name).")
    private @Nullable String name;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Port of the public API (http.port).")
    private @Nullable String httpPort;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description = "Port of health and metrics (management.port).")
    private @Nullable String managementPort;

    @Override
    public Integer call() throws Exception {
        Map<String, @Nullable String> flags = new HashMap<>();
        flags.put("node.services", services);
        flags.put("node.name", name);
        flags.put("http.port", httpPort);
        flags.put("management.port", managementPort);
        NodeSettings settings = NodeSettings.from(run.configuration(flags), System.getenv());
        run.untilStopped((stopOrder, progress) -> start(settings, stopOrder, progress));
        return 0;
    }

    private static void start(NodeSettings settings, StopOrder stopOrder, Consumer<String> progress) throws Exception {
        LogFields.nameNode(settings.name());
        settings.management().requireFree();
        GatewaySettings gateway = settings.gateway();
        if (gateway != null) {
            settings.http().requireFree();
        }
        progress.accept("Migrating the databases");
        Future<?> migrated = Platform.migrate(settings.modules(), settings.databases());
        progress.accept("Joining the cluster " + settings.member().cluster().name());
        NodeRuntime runtime = NodeRuntime.start(
                stopOrder,
                settings.name(),
                settings.member().secret(),
                settings.member().cluster());
        Platform platform = new Platform(
                runtime, settings.modules(), settings.databases(), settings.instances(), settings.drainSeconds());
        stopOrder.start(() -> platform);
        platform.startServices(settings.services(), migrated, progress);
        if (gateway != null) {
            platform.startGateway(settings.http(), gateway);
        }
        // Last, since it is here that a supervisor asks whether all of it is ready.
        platform.startManagement(settings.management());
        progress.accept("");
        if (gateway != null) {
            progress.accept("  API, explained   " + gateway.url() + "/docs");
        }
        progress.accept("  Health, metrics  " + settings.management().url() + "/health");
    }
}
