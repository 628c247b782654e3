package io.trolleybus.launcher;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.user.DevelopmentOperator;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The composition root of an all-in-one process: what is started, in which order, with what. */
final class AllInOne {
    /** The same after each start, so that this process resumes its own sagas at once. */
    private static final String NODE = "all-in-one";

    private final AllInOneSettings settings;
    private final StopOrder stopOrder;
    private final Consumer<String> progress;

    AllInOne(AllInOneSettings settings, StopOrder stopOrder, Consumer<String> progress) {
        this.settings = settings;
        this.stopOrder = stopOrder;
        this.progress = progress;
    }

    /** Blocks until everything is ready. What was started before a failure is in the {@link StopOrder}. */
    void start(boolean reset) throws Exception {
        LogFields.nameNode(NODE);
        BackingServices backing =
                BackingServices.start(settings.backing(), settings.listeners(), reset, stopOrder, progress);
        DataDirectory data = backing.data();
        Map<String, DatabaseSettings> databases = settingsOf(backing.databases());
        progress.accept("Migrating the databases");
        Future<?> migrated = Platform.migrate(Platform.MODULES, databases);
        NodeRuntime runtime = NodeRuntime.start(stopOrder, NODE, data.secrets().get("bus"), null);
        Platform platform = new Platform(runtime, Platform.MODULES, databases, 1, 0);
        stopOrder.start(() -> platform);
        backing.startProvider(runtime);
        platform.startServices(settings.services(), migrated, progress);
        runtime.await(() -> new DevelopmentSeed(runtime.node()).sow());
        platform.startManagement(settings.management());
        platform.startGateway(settings.http(), settings.gateway());
        progress.accept("");
        progress.accept("  API, explained   " + settings.gateway().url() + "/docs");
        progress.accept("  Health, metrics  " + settings.management().url() + "/health");
        progress.accept("  Provider ledger  " + settings.backing().provider().url() + "/ledger");
        progress.accept("  Operator         " + DevelopmentOperator.EMAIL + " / " + DevelopmentOperator.PASSWORD);
        progress.accept("  Data             " + data.root());
    }

    private static Map<String, DatabaseSettings> settingsOf(Map<String, ServiceDatabase> databases) {
        Map<String, DatabaseSettings> settings = new HashMap<>();
        databases.forEach((service, database) -> settings.put(
                service,
                new DatabaseSettings(
                        database.host(),
                        database.port(),
                        database.database(),
                        database.user(),
                        database.password(),
                        new DatabaseSettings.Role(database.ownerUser(), database.ownerPassword()),
                        Platform.CONNECTIONS)));
        return settings;
    }
}
