package io.trolleybus.launcher;

import io.micrometer.core.instrument.FunctionCounter;
import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.Membership;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.NodeVerticle;
import io.trolleybus.chassis.ServiceDirectory;
import io.trolleybus.cluster.Cluster;
import io.trolleybus.cluster.ClusterSettings;
import io.trolleybus.model.UuidV7;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.net.BindException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What every process of the platform stands on: telemetry, Vert.x, its place on the bus. */
final class NodeRuntime {
    private static final Logger LOG = LogManager.getLogger(NodeRuntime.class);

    static final long START_LIMIT_SECONDS = 60;
    static final long STOP_LIMIT_SECONDS = 30;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    /** Of a node. */
    static final int EVENT_LOOPS = Math.max(2, PROCESSORS);

    /**
     * Of a process whose bus is its own: as a rule PostgreSQL works on the same processors. The fewer loops take turns
     * with it, the more is committed at once.
     */
    private static final int EVENT_LOOPS_ALONE = Math.max(1, PROCESSORS / 2);

    /** The exit code of a process that gave itself up; EX_TEMPFAIL of sysexits.h: to be started again. */
    private static final int GIVEN_UP = 75;

    private final Vertx vertx;
    private final Node node;
    private final Telemetry telemetry;
    private final AtomicBoolean givenUp;

    private NodeRuntime(Vertx vertx, Node node, Telemetry telemetry, AtomicBoolean givenUp) {
        this.vertx = vertx;
        this.node = node;
        this.telemetry = telemetry;
        this.givenUp = givenUp;
    }

    /**
     * Blocks until it is there. What was started is in the {@link StopOrder}.
     *
     * @param name of the node
     * @param busSecret seals messages
     * @param cluster to join, or null for a bus of this process alone
     */
    static NodeRuntime start(StopOrder stopOrder, String name, String busSecret, @Nullable ClusterSettings cluster)
            throws Exception {
        Telemetry telemetry = stopOrder.start(() -> new Telemetry(System.getenv(), name));
        int eventLoops = cluster == null ? EVENT_LOOPS_ALONE : EVENT_LOOPS;
        VertxOptions options = options(eventLoops);
        Joined joined = cluster == null ? alone(telemetry, options) : join(telemetry, cluster, options);
        Vertx vertx = joined.vertx;
        stopOrder.start(() -> () -> await(vertx.close(), STOP_LIMIT_SECONDS));
        Node.prepare(vertx);
        EventLoopDelay.watch(vertx, eventLoops, telemetry.meters());
        InstantSource clock = InstantSource.system();
        var givenUp = new AtomicBoolean();
        RandomGenerator random = new SecureRandom();
        Node node = new Node(
                vertx,
                name,
                BuildInfo.read().version(),
                busSecret,
                new ServiceDirectory(vertx, joined.membership, clock),
                HealthChecks.create(vertx),
                telemetry.tracing(),
                telemetry.meters(),
                new Breakers(vertx, name, telemetry.meters(), clock),
                clock,
                new UuidV7(clock, random),
                random,
                () -> giveUp(givenUp));
        telemetry.meters().gauge("trolleybus_cluster_members", joined.membership, Membership::size);
        if (joined.membership instanceof Cluster place) {
            watch(place, node);
        }
        return new NodeRuntime(vertx, node, telemetry, givenUp);
    }

    private static void watch(Cluster place, Node node) {
        node.health()
                .register("cluster", promise -> place.check().map(Status::OK).onComplete(promise));
        FunctionCounter.builder("trolleybus_cluster_merges", place, Cluster::merges)
                .register(node.meters());
    }

    /** In order, but at once if that takes too long: what made it necessary may hold up the stop as well. */
    private static void giveUp(AtomicBoolean givenUp) {
        if (!givenUp.compareAndSet(false, true)) {
            return;
        }
        LOG.fatal("what is sent to this node has not arrived for too long; the process ends");
        Thread stop = new Thread(() -> System.exit(GIVEN_UP), "give-up");
        Thread watchdog = new Thread(
                () -> {
                    try {
                        stop.join(TimeUnit.SECONDS.toMillis(STOP_LIMIT_SECONDS));
                    } catch (InterruptedException hurry) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(GIVEN_UP);
                },
                "give-up-watchdog");
        watchdog.setDaemon(true);
        stop.start();
        watchdog.start();
    }

    private record Joined(Vertx vertx, Membership membership) {}

    private static Joined alone(Telemetry telemetry, VertxOptions options) {
        return new Joined(builder(telemetry, options).build(), Membership.alone());
    }

    private static Joined join(Telemetry telemetry, ClusterSettings cluster, VertxOptions options) throws Exception {
        Cluster.Joined joined = await(Cluster.join(cluster, builder(telemetry, options), options), START_LIMIT_SECONDS);
        return new Joined(joined.vertx(), joined.cluster());
    }

    private static VertxOptions options(int eventLoops) {
        // One meter for each message of the bus costs more than it tells: the endpoints have their own.
        MicrometerMetricsOptions metrics =
                new MicrometerMetricsOptions().setEnabled(true).addDisabledMetricsCategory(MetricsDomain.EVENT_BUS);
        VertxOptions options = new VertxOptions().setEventLoopPoolSize(eventLoops);
        options.setMetricsOptions(metrics);
        return options;
    }

    private static VertxBuilder builder(Telemetry telemetry, VertxOptions options) {
        return Vertx.builder().with(options).withMetrics(new MicrometerMetricsFactory(telemetry.meters()));
    }

    /** Whether this process ends because it cannot do its part any more. */
    boolean isGivenUp() {
        return givenUp.get();
    }

    Vertx vertx() {
        return vertx;
    }

    Node node() {
        return node;
    }

    /** Has the process tell of itself on the bus. */
    Future<String> deployNode() {
        return vertx.deployVerticle(new NodeVerticle(node, telemetry.recentSpans(), telemetry.recentLogs()));
    }

    /** Runs work on an event loop and waits for what comes of it. */
    void await(Supplier<Future<?>> work) throws Exception {
        Promise<Object> done = Promise.promise();
        vertx.getOrCreateContext()
                .runOnContext(turn -> work.get().<Object>mapEmpty().onComplete(done));
        await(done.future(), START_LIMIT_SECONDS);
    }

    /** Waits for a server; that its port is taken is said with the port's key. */
    static void await(Listener listener, Future<?> started) throws Exception {
        try {
            await(started, START_LIMIT_SECONDS);
        } catch (BindException taken) {
            throw listener.taken();
        }
    }

    static <T> T await(Future<T> future, long limitSeconds) throws Exception {
        return future.await(limitSeconds, TimeUnit.SECONDS);
    }
}
