package io.trolleybus.gateway;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.trolleybus.chassis.Membership;
import io.trolleybus.chassis.Node;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.UserMessages;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One instance of the gateway, on an event loop of its own; several of them share the port. Verified tokens are kept
 * for each instance.
 */
public final class GatewayVerticle extends VerticleBase {
    /** How the gateway is known on the bus and in log lines. */
    public static final String NAME = "gateway";

    private static final Logger LOG = LogManager.getLogger(GatewayVerticle.class);
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int IDLE_LIMIT_S = 75;
    private static final int DRAIN_LIMIT_S = 10;

    private final Node node;
    private final GatewaySettings settings;
    private final Patience patience;
    private @Nullable HttpServer server;
    private @Nullable String registration;
    private @Nullable OrderUpdates updates;
    private final List<SharedRateLimit> sharedLimits = new ArrayList<>();

    public GatewayVerticle(Node node, GatewaySettings settings) {
        this(node, settings, Patience.DEFAULT);
    }

    GatewayVerticle(Node node, GatewaySettings settings, Patience patience) {
        this.node = node;
        this.settings = settings;
        this.patience = patience;
    }

    @Override
    public Future<?> start() {
        Future<Assets> assets = vertx.executeBlocking(Assets::load);
        return vertx.executeBlocking(Contract::load)
                .compose(contract -> assets.compose(read -> OpenAPIContract.from(vertx, contract.forRouting())
                        .compose(routable -> listen(contract, read, RouterBuilder.create(vertx, routable)))))
                .compose(listening -> {
                    server = listening;
                    LOG.info("the gateway listens on {}:{}", settings.host(), listening.actualPort());
                    // It answers no address of the bus; it is there to be seen.
                    return node.directory()
                            .publish(NAME, node.ids().get().toString(), node.name(), node.version(), List.of());
                })
                .onSuccess(published -> registration = published);
    }

    /** Answers what is in flight before it closes. */
    @Override
    public Future<?> stop() {
        HttpServer listening = server;
        if (listening == null) {
            return Future.succeededFuture();
        }
        Future<Void> withdrawn = registration == null
                ? Future.succeededFuture()
                : node.directory().withdraw(registration);
        return withdrawn.eventually(() -> {
            if (updates != null) {
                updates.close();
            }
            return listening
                    .shutdown(DRAIN_LIMIT_S, TimeUnit.SECONDS)
                    .eventually(() -> Future.join(sharedLimits.stream()
                            .map(SharedRateLimit::bringBackAll)
                            .toList()));
        });
    }

    /** The port it listens on, once it has started. */
    public int actualPort() {
        return server == null ? settings.port() : server.actualPort();
    }

    private Future<HttpServer> listen(Contract contract, Assets assets, RouterBuilder routes) {
        GatewaySettings.Limits limits = settings.limits();
        Future<RateLimit> requests = rateLimit("requests", limits.ofRequests());
        Future<RateLimit> logins = rateLimit("logins", limits.ofLogins());
        return Future.all(requests, logins)
                .compose(all -> listen(contract, assets, routes, requests.result(), logins.result()));
    }

    /** In a cluster all gateways count together. */
    private Future<RateLimit> rateLimit(String what, Quota quota) {
        if (!vertx.isClustered()) {
            return Future.succeededFuture(new LocalRateLimit(node.clock(), quota));
        }
        var pseudonyms = new Pseudonyms(node.busSecret());
        return vertx.sharedData()
                .<String, String>getClusterWideMap(Membership.COUNTERS + what)
                .map(buckets -> {
                    var shared = new SharedRateLimit(node.clock(), quota, buckets, pseudonyms::of);
                    shared.sweepOn(vertx);
                    sharedLimits.add(shared);
                    return shared;
                });
    }

    private Future<HttpServer> listen(
            Contract contract, Assets assets, RouterBuilder routes, RateLimit requests, RateLimit logins) {
        var bus = new Bus(node);
        var clients = ClientAddress.behind(settings.limits().trustedProxies());
        var connections = new Connections(node.clock(), settings.limits().maxConnections(), patience);
        Revocations revocations = revocations(bus);
        // What was revoked is asked for before the keys, without which no token is taken.
        var tokens =
                new Tokens(vertx, node.clock(), () -> revocations.look().transform(looked -> bus.keys()), revocations);
        vertx.setPeriodic(Tokens.KEYS_PERIOD_MS, tick -> tokens.refresh()
                .onFailure(cause -> LOG.debug("cannot see which keys sign tokens", cause)));
        var admission = new Admission(tokens, requests, clients);
        var front = new Front(node, admission, connections, patience, settings.sampleRatio());
        var following = new OrderUpdates(vertx, bus, revocations::include);
        updates = following;
        var users = new UserOperations(bus, logins, clients);
        Router router = mount(contract, actions(node, bus, following, contract, assets, users), front, routes);
        vertx.setPeriodic(Connections.SWEEP_PERIOD_MS, tick -> connections.sweep());
        return vertx.createHttpServer(serverOptions())
                .connectionHandler(connections::opened)
                .invalidRequestHandler(request -> front.reject(request, malformed(request)))
                .requestHandler(router)
                .listen();
    }

    private Revocations revocations(Bus bus) {
        var revocations = new Revocations(node.clock(), bus::revokedSessions);
        vertx.setPeriodic(Revocations.PERIOD_MS, tick -> look(revocations));
        vertx.eventBus().consumer(FeedMessages.nudgeAddress(UserMessages.SERVICE), nudge -> look(revocations));
        return revocations;
    }

    private static void look(Revocations revocations) {
        revocations.look().onFailure(cause -> LOG.debug("cannot see which sessions were revoked", cause));
    }

    /** What we do, by the contract's operation ids. */
    static Map<String, Action> actions(
            Node node, Bus bus, OrderUpdates updates, Contract contract, Assets assets, UserOperations users) {
        Map<String, Action> actions = new HashMap<>();
        List.of(
                        users.actions(),
                        new UserOrders(bus).actions(),
                        new AccountExport(bus).actions(),
                        new ProductOperations(bus).actions(),
                        new OrderOperations(bus, updates).actions(),
                        new OrderDeskOperations(bus).actions(),
                        new SagaOperations(bus).actions(),
                        new AuditOperations(bus).actions(),
                        new ProjectionOperations(bus).actions(),
                        new EventOperations(bus).actions(),
                        new SystemOperations(node).actions(),
                        new Telemetry(bus).actions(),
                        new PlatformOperations(node, bus, contract, assets).actions())
                .forEach(actions::putAll);
        return actions;
    }

    /** The router only finds the way: bodies and parameters are checked by us, which costs far less. */
    private static Router mount(Contract contract, Map<String, Action> actions, Front front, RouterBuilder routes) {
        for (Operation operation : contract.operations()) {
            Action action = actions.get(operation.id());
            if (action == null) {
                throw new IllegalStateException("the contract's " + operation.id() + " has no action");
            }
            Front.Desk desk = front.desk(operation, action);
            Objects.requireNonNull(routes.getRoute(operation.id()), operation.id())
                    .setDoValidation(false)
                    .setDoSecurity(false)
                    .addHandler(desk::serve);
        }
        Router router = routes.createRouter();
        router.errorHandler(404, routing -> front.reject(routing.request(), unknown(contract, routing)));
        router.errorHandler(405, routing -> front.reject(routing.request(), unknown(contract, routing)));
        router.errorHandler(400, routing -> front.fail(routing.request(), failureOf(routing)));
        router.errorHandler(500, routing -> front.fail(routing.request(), failureOf(routing)));
        return router;
    }

    private static Throwable failureOf(RoutingContext routing) {
        Throwable failure = routing.failure();
        return failure == null ? Rejected.because(ProblemType.INVALID, "The request is not well formed.") : failure;
    }

    private static Rejected unknown(Contract contract, RoutingContext routing) {
        Set<String> methods = contract.methodsOf(routing.normalizedPath());
        return methods.isEmpty()
                ? Rejected.because(ProblemType.NOT_FOUND, "There is nothing at this address.")
                : Rejected.withHeader(
                        ProblemType.METHOD_NOT_ALLOWED,
                        "It takes " + String.join(", ", methods) + '.',
                        "Allow",
                        String.join(", ", methods));
    }

    private static Rejected malformed(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ProblemType type = ProblemType.INVALID;
        if (cause instanceof TooLongHttpLineException) {
            type = ProblemType.URI_TOO_LONG;
        } else if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            type = ProblemType.HEADERS_TOO_LARGE;
        }
        return Rejected.withHeader(type, "This is not HTTP as we take it.", "Connection", "close");
    }

    private HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxFormAttributeSize(0)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout(IDLE_LIMIT_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTracingPolicy(TracingPolicy.IGNORE);
    }
}
