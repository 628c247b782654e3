package io.trolleybus.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.Endpoints;
import io.trolleybus.chassis.Membership;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.NodeVerticle;
import io.trolleybus.chassis.Payload;
import io.trolleybus.chassis.RecentLogs;
import io.trolleybus.chassis.RecentSpans;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.ServiceDirectory;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.chassis.ServiceVerticle;
import io.trolleybus.chassis.Settings;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.cluster.Cluster;
import io.trolleybus.cluster.ClusterSettings;
import io.trolleybus.model.UuidV7;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A real gateway and a real bus, with services that answer what a test tells them to. The services have no database:
 * their connections are opened on first use, and nothing here uses one.
 */
final class TestPlatform implements AutoCloseable {
    static final GatewaySettings.Listener LOOPBACK = new GatewaySettings.Listener("127.0.0.1", 0, null, List.of());
    static final GatewaySettings SETTINGS = settings(10_000, 1_000, 100);
    private static final DatabaseSettings NO_DATABASE =
            new DatabaseSettings("127.0.0.1", 1, "none", "none", "none", null, 1);
    private static final int LIMIT_S = 20;

    private final Vertx vertx;
    private final @Nullable SSLContext tls;
    private final HttpClient http;
    private final Node node;
    private String base = "";

    static GatewaySettings settings(int requestsPerSecond, int loginsPerMinute, int connections) {
        var limits = new GatewaySettings.Limits(requestsPerSecond, 1, loginsPerMinute, List.of(), 1_000, connections);
        return new GatewaySettings(LOOPBACK, limits, 0, List.of(), null);
    }

    private TestPlatform(Vertx vertx, Membership membership, @Nullable SSLContext tls) {
        this.vertx = vertx;
        this.tls = tls;
        this.http = tls == null
                ? HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
                : HttpClient.newBuilder().sslContext(tls).build();
        Node.prepare(vertx);
        var clock = Clock.systemUTC();
        var random = new SecureRandom();
        var meters = new SimpleMeterRegistry();
        node = new Node(
                vertx,
                "test",
                "0",
                "a secret of the tests",
                new ServiceDirectory(vertx, membership, clock),
                HealthChecks.create(vertx),
                new Tracing(OpenTelemetry.noop().getTracer("test")),
                meters,
                new Breakers(vertx, "test", meters, clock),
                clock,
                new UuidV7(clock, random),
                random,
                () -> {
                    throw new AssertionError("nobody gives up here");
                });
    }

    static TestPlatform withoutGateway() {
        return new TestPlatform(Vertx.vertx(), Membership.alone(), null);
    }

    /** A member of a cluster, with a gateway. */
    static TestPlatform inCluster(ClusterSettings cluster, GatewaySettings settings) {
        Cluster.Joined joined = await(Cluster.join(cluster, Vertx.builder(), new VertxOptions()));
        return new TestPlatform(joined.vertx(), joined.cluster(), null).with(settings, Patience.DEFAULT);
    }

    static TestPlatform withGateway(GatewaySettings settings) {
        return withGateway(settings, Patience.DEFAULT);
    }

    static TestPlatform withGateway(GatewaySettings settings, Patience patience) {
        return withoutGateway().with(settings, patience);
    }

    /** @param tls knows whom the gateway's certificate is from */
    static TestPlatform withGateway(GatewaySettings settings, SSLContext tls) {
        return new TestPlatform(Vertx.vertx(), Membership.alone(), tls).with(settings, Patience.DEFAULT);
    }

    /** With a gateway that serves another contract than ours. */
    static TestPlatform withGateway(Callable<Contract> contracts, Function<Bus, Map<String, Action>> moreActions) {
        TestPlatform platform = withoutGateway();
        return platform.with(new GatewayVerticle(platform.node, SETTINGS, Patience.DEFAULT, contracts, moreActions));
    }

    private TestPlatform with(GatewaySettings settings, Patience patience) {
        return with(new GatewayVerticle(node, settings, patience));
    }

    private TestPlatform with(GatewayVerticle gateway) {
        deploy(gateway);
        base = (tls == null ? "http" : "https") + "://127.0.0.1:" + gateway.actualPort();
        return this;
    }

    Node node() {
        return node;
    }

    Socket connect() throws IOException {
        InetSocketAddress address = address();
        return new Socket(address.getAddress(), address.getPort());
    }

    InetSocketAddress address() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), URI.create(base).getPort());
    }

    SSLSocket connectByTls() throws IOException {
        int port = URI.create(base).getPort();
        return (SSLSocket) Objects.requireNonNull(tls).getSocketFactory().createSocket("127.0.0.1", port);
    }

    /** Sends bytes as they are, and reads until the gateway closes the connection. */
    String raw(String bytes) {
        try (var socket = connect()) {
            socket.setSoTimeout(LIMIT_S * 1_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deploys a service that answers as told. */
    String serve(String service, Consumer<Endpoints> endpoints) {
        var module = new ServiceModule() {
            @Override
            public String name() {
                return service;
            }

            @Override
            public List<String> migrations() {
                return List.of();
            }

            @Override
            public Service create() {
                return new Service() {
                    @Override
                    public Future<?> start(ServiceContext context) {
                        endpoints.accept(context.endpoints());
                        return Future.succeededFuture();
                    }
                };
            }
        };
        return deploy(new ServiceVerticle(node, module, 1, NO_DATABASE, new Settings(Map.of())));
    }

    /** Has a process of that name tell of itself, as if it were another one on the bus. */
    void tell(String nodeName, Breakers breakers, RecentSpans spans, RecentLogs logs) {
        var other = new Node(
                vertx,
                nodeName,
                node.version(),
                node.busSecret(),
                node.directory(),
                node.health(),
                node.tracing(),
                node.meters(),
                breakers,
                node.clock(),
                node.ids(),
                node.random(),
                node.giveUp());
        deploy(new NodeVerticle(other, spans, logs));
    }

    /** Publishes what a service says after a commit. */
    void nudge(String address, Object nudge) {
        vertx.eventBus().publish(address, Payload.of(nudge));
    }

    void undeploy(String deployment) {
        await(vertx.undeploy(deployment));
    }

    private String deploy(Deployable verticle) {
        return await(vertx.deployVerticle(verticle));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    CompletableFuture<Integer> statusOf(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError("the gateway did not answer", e);
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("it did not succeed", e);
        }
    }

    static Throwable failureOf(Future<?> future) {
        return await(future.transform(done -> Future.succeededFuture(
                done.failed() ? done.cause() : new AssertionError("it succeeded with " + done.result()))));
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
