package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The life of one service instance. Starting: database, the service itself, its addresses, and only then its record in
 * the discovery. Stopping is the same backwards, so that nobody is sent to an instance that no longer answers.
 */
public final class ServiceVerticle extends VerticleBase {
    private static final Logger LOG = LogManager.getLogger(ServiceVerticle.class);
    private static final long DRAIN_LIMIT_MS = 10_000;

    /** What other nodes send before they have heard of a withdrawal is taken for so long. */
    private static final long WITHDRAWAL_TRAVELS_MS = 500;

    /** For a machine too busy to give the first connections in their time. */
    private static final long CONNECT_LIMIT_MS = 30_000;

    private static final long CONNECT_RETRY_DELAY_MS = 250;

    private final Node node;
    private final ServiceModule module;
    private final int number;
    private final DatabaseSettings databaseSettings;
    private final Settings settings;
    private @Nullable Running running;

    private record Running(
            Service service, Database database, Endpoints endpoints, BusProbe probe, String registration) {}

    /** @param number of this instance among those of its service in this process, from 1 */
    public ServiceVerticle(
            Node node, ServiceModule module, int number, DatabaseSettings databaseSettings, Settings settings) {
        this.node = node;
        this.module = module;
        this.number = number;
        this.databaseSettings = databaseSettings;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        String name = module.name();
        String instance = node.ids().get().toString();
        Database database = Database.open(vertx, databaseSettings);
        var meters = new Meters(node.meters(), number);
        Breakers.Caller breakers = node.breakers().of(numbered(name, '/'));
        Endpoints endpoints = node.endpoints(name, instance, meters);
        var context = new ServiceContext(
                vertx,
                name,
                numbered(node.name(), '/'),
                settings,
                database,
                endpoints,
                node.client(name, breakers),
                node.tracing().of(name),
                meters,
                breakers,
                node.clock(),
                node.ids(),
                node.random());
        Service service = module.create();
        return connect(database, node.clock().millis() + CONNECT_LIMIT_MS)
                .compose(connected -> service.start(context))
                .compose(started -> endpoints.open())
                .compose(open ->
                        node.directory().publish(name, instance, node.name(), node.version(), endpoints.addresses()))
                .onSuccess(registration -> {
                    var probe = new BusProbe(
                            vertx,
                            numbered(name, '/'),
                            endpoints,
                            node.directory().membership(),
                            node.giveUp());
                    running = new Running(service, database, endpoints, probe, registration);
                    node.watch(databaseCheck(), database::ping);
                    if (vertx.isClustered()) {
                        probe.start();
                        node.watch(busCheck(), probe::check);
                    }
                    LOG.info("{} is ready", numbered(name, '/'));
                });
    }

    /** Waits for a machine that is slow. What else keeps a database away is for the service to meet and to tell. */
    private Future<Void> connect(Database database, long deadlineMs) {
        return database.connect().recover(cause -> {
            boolean slow = Database.isUnavailable(cause) && !(cause instanceof IOException);
            return slow && node.clock().millis() < deadlineMs
                    ? vertx.timer(CONNECT_RETRY_DELAY_MS).compose(elapsed -> connect(database, deadlineMs))
                    : Future.succeededFuture();
        });
    }

    @Override
    public Future<?> stop() {
        Running instance = running;
        if (instance == null) {
            return Future.succeededFuture();
        }
        node.health().unregister(databaseCheck());
        node.health().unregister(busCheck());
        return instance.probe
                .stop()
                .eventually(() -> node.directory().withdraw(instance.registration))
                .eventually(() -> vertx.isClustered() ? vertx.timer(WITHDRAWAL_TRAVELS_MS) : Future.succeededFuture())
                .eventually(() -> instance.endpoints.drain(DRAIN_LIMIT_MS))
                .eventually(instance.service::stop)
                .eventually(instance.database::close);
    }

    private String databaseCheck() {
        return "database/" + numbered(module.name(), '-');
    }

    private String busCheck() {
        return "bus/" + numbered(module.name(), '-');
    }

    /** The first instance is called as if it were the only one. In the name of a check a slash begins a level. */
    private String numbered(String name, char separator) {
        return number == 1 ? name : name + separator + number;
    }
}
