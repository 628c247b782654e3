package io.trolleybus.launcher;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.ServiceDirectory;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.UuidV7;
import io.trolleybus.provider.PaymentProviderVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.net.BindException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The composition root of an all-in-one process: what is started, in which order, with what. */
final class Composition {
    /** The same after each start, so that this process resumes its own sagas at once. */
    private static final String NODE = "all-in-one";

    /** For transactions, of each service: one commits a batch, the others serve subscriptions and single commands. */
    private static final int CONNECTIONS = 4;

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
        List<String> services =
                Platform.MODULES.stream().map(ServiceModule::name).toList();
        startPlatform(data, settingsOf(new Provisioner(postgres, data, progress).provision(services)));
        progress.accept("");
        progress.accept("  API, explained   " + settings.http().url() + "/docs");
        progress.accept("  Health, metrics  " + settings.management().url() + "/health");
        progress.accept("  Provider ledger  " + settings.provider().url() + "/ledger");
        progress.accept(
                "  Operator         " + DevelopmentSeed.OPERATOR_EMAIL + " / " + DevelopmentSeed.OPERATOR_PASSWORD);
        progress.accept("  Data             " + data.root());
    }

    private void startPlatform(DataDirectory data, Map<String, DatabaseSettings> databases) throws Exception {
        Telemetry telemetry = stopOrder.start(() -> new Telemetry(System.getenv(), NODE));
        Vertx vertx = vertx(telemetry);
        stopOrder.start(() -> () -> await(vertx.close(), STOP_LIMIT_SECONDS));
        Node node = node(vertx, telemetry, data.secrets().get("bus"));
        Platform platform = new Platform(vertx, node, databases);
        stopOrder.start(() -> () -> await(platform.stop(), STOP_LIMIT_SECONDS));
        progress.accept("Starting the payment provider simulator");
        Listener provider = settings.provider();
        await(
                provider,
                vertx.deployVerticle(new PaymentProviderVerticle(provider.host(), provider.port(), data.provider())));
        progress.accept("Migrating the databases");
        await(platform.migrate(), START_LIMIT_SECONDS);
        progress.accept("Starting the services");
        await(platform.startServices(settings.services()), START_LIMIT_SECONDS);
        await(onLoop(vertx, () -> new DevelopmentSeed(node).sow()), START_LIMIT_SECONDS);
        await(settings.management(), platform.startManagement(settings.management()));
        await(settings.http(), platform.startGateway(settings.gateway()));
    }

    private static Vertx vertx(Telemetry telemetry) {
        // One meter for each message of the bus costs more than it tells: the endpoints have their own.
        MicrometerMetricsOptions metrics =
                new MicrometerMetricsOptions().setEnabled(true).addDisabledMetricsCategory(MetricsDomain.EVENT_BUS);
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()));
        options.setMetricsOptions(metrics);
        Vertx vertx = Vertx.builder()
                .with(options)
                .withMetrics(new MicrometerMetricsFactory(telemetry.meters()))
                .build();
        Node.prepare(vertx);
        return vertx;
    }

    private static Node node(Vertx vertx, Telemetry telemetry, String busSecret) {
        InstantSource clock = InstantSource.system();
        RandomGenerator random = new SecureRandom();
        return new Node(
                vertx,
                NODE,
                BuildInfo.read().version(),
                busSecret,
                new ServiceDirectory(vertx, clock),
                HealthChecks.create(vertx),
                telemetry.tracing(),
                telemetry.meters(),
                clock,
                new UuidV7(clock, random),
                random);
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
                        database.ownerUser(),
                        database.ownerPassword(),
                        CONNECTIONS)));
        return settings;
    }

    /** Before the slow steps, so that a taken port is told at once. */
    private void requireFreePorts() {
        for (Listener listener : settings.listeners()) {
            if (!PortOccupant.isFree(listener.port())) {
                throw listener.taken();
            }
        }
    }

    private static <T> Future<T> onLoop(Vertx vertx, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> work.get().onComplete(done));
        return done.future();
    }

    /** Waits for a server; that its port is taken is said with the port's key. */
    private static void await(Listener listener, Future<?> started) throws Exception {
        try {
            await(started, START_LIMIT_SECONDS);
        } catch (BindException taken) {
            throw listener.taken();
        }
    }

    private static <T> T await(Future<T> future, long limitSeconds) throws Exception {
        return future.await(limitSeconds, TimeUnit.SECONDS);
    }
}
