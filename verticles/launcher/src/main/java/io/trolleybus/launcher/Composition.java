package io.trolleybus.launcher;

import io.trolleybus.provider.PaymentProviderVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The composition root of an all-in-one process: what is started, in which order, with what. */
final class Composition {
    private static final List<String> SERVICES = List.of("user", "inventory", "order", "payment");
    private static final long START_LIMIT_SECONDS = 60;
    private static final long STOP_LIMIT_SECONDS = 30;

    private final AllInOneSettings settings;
    private final StopOrder stopOrder;
    private final Consumer<String> progress;

    Composition(AllInOneSettings settings, StopOrder stopOrder, Consumer<String> progress) {
        this.settings = settings;
        this.stopOrder = stopOrder;
        this.progress = progress;
    }

    /** Blocks until everything is ready. What was started before a failure is in the {@link StopOrder}. */
    void start(boolean reset) throws Exception {
        String postgresVersion = BuildInfo.read().postgresVersion();
        DataDirectory data = stopOrder.start(() -> DataDirectory.open(settings.dataDirectory()));
        requireFreePorts();
        if (reset) {
            progress.accept("Wiping " + data.root());
            LocalPostgres.stopLeftBehind(data, postgresVersion);
            data.wipe();
        }
        LocalPostgres postgres =
                stopOrder.start(() -> LocalPostgres.start(data, settings.postgres(), postgresVersion, progress));
        Map<String, ServiceDatabase> databases = new Provisioner(postgres, data, progress).provision(SERVICES);
        Vertx vertx = Vertx.vertx();
        stopOrder.start(() -> () -> await(vertx.close(), STOP_LIMIT_SECONDS));
        startProvider(vertx, data);
        databases.forEach((service, database) -> progress.accept("Database of " + service + ": " + database));
        progress.accept("Data: " + data.root());
    }

    private void startProvider(Vertx vertx, DataDirectory data) throws Exception {
        Listener listener = settings.provider();
        try {
            await(
                    vertx.deployVerticle(
                            new PaymentProviderVerticle(listener.host(), listener.port(), data.provider())),
                    START_LIMIT_SECONDS);
        } catch (BindException taken) {
            throw listener.taken();
        }
        progress.accept("Payment provider: http://" + listener.host() + ':' + listener.port() + "/ledger");
    }

    /** Before the slow steps, so that a taken port is told at once. */
    private void requireFreePorts() {
        for (Listener listener : settings.listeners()) {
            if (!PortOccupant.isFree(listener.port())) {
                throw listener.taken();
            }
        }
    }

    private static <T> T await(Future<T> future, long limitSeconds) throws Exception {
        return future.await(limitSeconds, TimeUnit.SECONDS);
    }
}
