package io.trolleybus.testkit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ChosenSpanIds;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.chassis.Membership;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.ServiceDirectory;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.chassis.Settings;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UuidV7;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.HealthChecks;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A platform of one process for a test: a bus, discovery, and the services the test deploys, each on a fresh database.
 *
 * <pre>{@code
 * try (var platform = TestPlatform.start()) {
 *     var inventory = platform.deploy(new InventoryModule());
 *     var product = platform.call(InventoryMessages.ADD_PRODUCT, OPERATOR, new AddProduct(…), Product.class);
 *     inventory.restart();
 *     assertThat(inventory.database().number("select count(*) from journal")).isEqualTo(1);
 * }
 * }</pre>
 */
public final class TestPlatform implements AutoCloseable {
    /** The bus secret of every test platform. */
    public static final String BUS_SECRET = "a secret for tests";

    private static final long CALL_LIMIT_MS = 10_000;
    private static final String CALLER = "test";
    private static final String NODE = "test-node";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Random random = new Random();
    private final Node node;
    private final Context loop;
    private final GuardedClient client;

    private TestPlatform(InstantSource clock) {
        Vertx vertx = Vertx.vertx();
        Node.prepare(vertx);
        var tracer = SdkTracerProvider.builder()
                .setIdGenerator(new ChosenSpanIds())
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build()
                .get("io.trolleybus");
        node = new Node(
                vertx,
                NODE,
                "test",
                BUS_SECRET,
                new ServiceDirectory(vertx, Membership.alone(), clock),
                HealthChecks.create(vertx),
                new Tracing(tracer),
                meters,
                new Breakers(vertx, NODE, meters, clock),
                clock,
                new UuidV7(clock, random),
                random,
                () -> {
                    throw new AssertionError("nobody gives up here");
                });
        loop = vertx.getOrCreateContext();
        client = node.client(CALLER);
    }

    /** With the real clock. */
    public static TestPlatform start() {
        return start(InstantSource.system());
    }

    /** With a clock of the test's own. The timers of Vert.x keep to the real one. */
    public static TestPlatform start(InstantSource clock) {
        return new TestPlatform(clock);
    }

    /** Deploys a service that needs no settings on a fresh database. */
    public TestService deploy(ServiceModule module) {
        return deploy(module, Map.of());
    }

    /** Deploys a service on a fresh database; returns when it is ready. */
    public TestService deploy(ServiceModule module, Map<String, String> settings) {
        return deploy(module, settings, TestDatabase.create(module.name(), module.migrations()));
    }

    /** Deploys a service on a database that exists. */
    public TestService deploy(ServiceModule module, Map<String, String> settings, TestDatabase database) {
        return TestService.deploy(node, module, 1, new Settings(settings), database);
    }

    /**
     * Deploys one more instance of a service on a database that exists, by the same node.
     *
     * @param number of the instance, from 2
     */
    public TestService deployBeside(int number, ServiceModule module, TestDatabase database) {
        return TestService.deploy(node, module, number, new Settings(Map.of()), database);
    }

    /** Deploys one more instance of a service on a database that exists, as if by a node of another name. */
    public TestService deployElsewhere(String nodeName, ServiceModule module, TestDatabase database) {
        var other = new Node(
                node.vertx(),
                nodeName,
                node.version(),
                node.busSecret(),
                node.directory(),
                node.health(),
                node.tracing(),
                node.meters(),
                new Breakers(node.vertx(), nodeName, node.meters(), node.clock()),
                node.clock(),
                node.ids(),
                node.random(),
                () -> {
                    throw new AssertionError("nobody gives up here");
                });
        return TestService.deploy(other, module, 1, new Settings(Map.of()), database);
    }

    /** Deploys a service made for one test; the function is its {@link Service#start}. */
    public TestService deploy(String name, List<String> migrations, Function<ServiceContext, Future<?>> start) {
        return deploy(module(name, migrations, () -> start::apply));
    }

    /** A module made for one test; {@code create} makes an instance of the service. */
    public static ServiceModule module(String name, List<String> migrations, Supplier<Service> create) {
        return new ServiceModule() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<String> migrations() {
                return migrations;
            }

            @Override
            public Service create() {
                return create.get();
            }
        };
    }

    /** What a call carries: a new message id, ten seconds, an unsampled trace. */
    public Call newCall(Principal principal) {
        return newCall(principal, Trace.root(random, false));
    }

    public Call newCall(Principal principal, Trace trace) {
        return new Call(node.ids().get(), node.clock().millis() + CALL_LIMIT_MS, trace, principal);
    }

    /** Sends a command once and waits for the answer. @throws AssertionError if there is none */
    public <R> Reply<R> call(String address, Principal principal, Object command, Class<R> result) {
        return Futures.await(send(address, newCall(principal), command, result));
    }

    /** Sends a command once, without waiting. */
    public <R> Future<Reply<R>> send(String address, Call call, Object command, Class<R> result) {
        return onLoop(() -> client.call(address, call, command, result));
    }

    /** Runs work on the event loop that {@link #client} belongs to, so that it is used as in production. */
    public <T> Future<T> onLoop(Supplier<Future<T>> work) {
        return Futures.on(loop, work);
    }

    /** The guarded client of a caller named {@code test}; to be used inside {@link #onLoop}. */
    public GuardedClient client() {
        return client;
    }

    public Node node() {
        return node;
    }

    public Vertx vertx() {
        return node.vertx();
    }

    public SimpleMeterRegistry meters() {
        return meters;
    }

    /** Every span ended so far. */
    public List<SpanData> spans() {
        return spans.getFinishedSpanItems();
    }

    /** Stops every service in order and closes the bus. */
    @Override
    public void close() {
        Futures.await(node.vertx().close());
    }
}
