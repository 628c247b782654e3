package io.trolleybus.launcher;

import io.trolleybus.provider.PaymentProviderVerticle;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What services lean on and a company would run apart from them: PostgreSQL with a database for each, and a simulated
 * payment provider; both with their data in one directory.
 */
final class BackingServices {
    private final BackingSettings settings;
    private final DataDirectory data;
    private final Map<String, ServiceDatabase> databases;
    private final Consumer<String> progress;

    private BackingServices(
            BackingSettings settings,
            DataDirectory data,
            Map<String, ServiceDatabase> databases,
            Consumer<String> progress) {
        this.settings = settings;
        this.data = data;
        this.databases = databases;
        this.progress = progress;
    }

    /**
     * Starts PostgreSQL, unless another is to be used, and makes what databases are missing; blocks. What was started
     * is in the {@link StopOrder}.
     *
     * @param listeners that must be free before anything slow begins
     * @param reset whether all data is wiped first
     */
    static BackingServices start(
            BackingSettings settings,
            List<Listener> listeners,
            boolean reset,
            StopOrder stopOrder,
            Consumer<String> progress)
            throws Exception {
        String postgresVersion = BuildInfo.read().postgresVersion();
        DataDirectory data = stopOrder.start(() -> DataDirectory.open(settings.dataDirectory()));
        listeners.forEach(Listener::requireFree);
        ExternalPostgres external = settings.external();
        if (reset && external != null) {
            throw new StartupFailure("--reset does not wipe " + external + ", which postgres.url names");
        }
        if (reset) {
            progress.accept("Wiping " + data.root());
            LocalPostgres.stopLeftBehind(data, postgresVersion);
            data.wipe();
        }
        PostgresServer postgres = external != null
                ? external
                : stopOrder.start(() -> LocalPostgres.start(data, settings.postgres(), postgresVersion, progress));
        var databases = new Provisioner(postgres, data, progress).provision(Platform.serviceNames());
        if (external != null) {
            requireDurable(external);
        }
        return new BackingServices(settings, data, databases, progress);
    }

    private static void requireDurable(ExternalPostgres server) {
        try {
            Durability.require(server, name -> name.startsWith(Provisioner.PREFIX));
        } catch (SQLException failure) {
            throw new StartupFailure(
                    "cannot ask " + server + " how it keeps its data: " + failure.getMessage(), failure);
        }
    }

    /** Blocks until the simulated payment provider answers. */
    void startProvider(NodeRuntime runtime) throws Exception {
        progress.accept("Starting the payment provider simulator");
        Listener provider = settings.provider();
        NodeRuntime.await(
                provider,
                runtime.vertx()
                        .deployVerticle(
                                new PaymentProviderVerticle(provider.host(), provider.port(), data.provider())));
    }

    DataDirectory data() {
        return data;
    }

    /** By service. */
    Map<String, ServiceDatabase> databases() {
        return databases;
    }
}
