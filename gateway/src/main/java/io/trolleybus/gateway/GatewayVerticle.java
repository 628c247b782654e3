package io.trolleybus.gateway;

import io.trolleybus.chassis.HttpMembers;
import io.trolleybus.chassis.Membership;
import io.trolleybus.chassis.Node;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.UserMessages;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
    /** That one connection of HTTP/2 may have open. */
    private static final int MAX_STREAMS = 100;

    private static final int IDLE_LIMIT_S = 75;
    private static final int DRAIN_LIMIT_S = 10;

    private final Node node;
    private final GatewaySettings settings;
    private final Patience patience;
    private final Callable<Contract> contracts;
    private final Function<Bus, Map<String, Action>> moreActions;
    private @Nullable HttpServer server;
    private @Nullable String registration;
    private @Nullable OrderUpdates updates;
    private @Nullable HttpMembers registeringForOthers;
    private final List<SharedRateLimit> sharedLimits = new ArrayList<>();

    public GatewayVerticle(Node node, GatewaySettings settings) {
        this(node, settings, Patience.DEFAULT);
    }

    GatewayVerticle(Node node, GatewaySettings settings, Patience patience) {
        this(node, settings, patience, Contract::load, bus -> Map.of());
    }

    /**
     * @param contracts reads the contract to serve; may block
     * @param moreActions for those of its operations that ours has not
     */
    GatewayVerticle(
            Node node,
            GatewaySettings settings,
            Patience patience,
            Callable<Contract> contracts,
            Function<Bus, Map<String, Action>> moreActions) {
        this.node = node;
        this.settings = settings;
        this.patience = patience;
        this.contracts = contracts;
        this.moreActions = moreActions;
    }

    @Override
    public Future<?> start() {
        Future<Assets> assets = vertx.executeBlocking(Assets::load);
        return vertx.executeBlocking(contracts)
                .compose(contract -> assets.compose(read -> OpenAPIContract.from(vertx, contract.forRouting())
                        .compose(routable -> listen(contract, read, RouterBuilder.create(vertx, routable)))))
                .compose(listening -> {
                    server = listening;
                    LOG.info("the gateway listens on {}:{}", settings.listener().host(), listening.actualPort());
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
        if (registeringForOthers != null) {
            withdrawn = Future.join(withdrawn, registeringForOthers.withdraw()).mapEmpty();
        }
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
        return server == null ? settings.listener().port() : server.actualPort();
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
                    var shared = new SharedRateLimit(vertx, node.clock(), quota, buckets, pseudonyms::of);
                    shared.sweep();
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
        var tokens = new Tokens(node.clock(), revocations, issuers(bus, revocations));
        var admission = new Admission(tokens, requests, clients);
        var audit = new OperatorAudit(node.clock(), clients);
        var origins = new CrossOrigin(settings.listener().origins());
        var headers = new ResponseHeaders(origins, settings.listener().tls() != null);
        var concurrency = new ConcurrencyLimit(settings.limits().maxRequests());
        node.meters().gauge("trolleybus_gateway_requests", concurrency, ConcurrencyLimit::taken);
        var front =
                new Front(node, admission, concurrency, connections, headers, patience, audit, settings.sampleRatio());
        var following = new OrderUpdates(vertx, bus, revocations::include);
        updates = following;
        var users = new UserOperations(bus, logins, clients);
        var members = new HttpMembers(vertx, node.clock());
        registeringForOthers = members;
        settings.externalServices().forEach(service -> members.publish(service.name(), service.url()));
        Map<String, Action> actions = Routes.actions(node, bus, following, contract, assets, users, members);
        actions.putAll(moreActions.apply(bus));
        var ways = new Routes(contract, front, origins);
        Router router = ways.mount(routes, actions);
        vertx.setPeriodic(Connections.SWEEP_PERIOD_MS, tick -> connections.sweep());
        return listen(options -> vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .invalidRequestHandler(connections.whileOpen(ways::refuseMalformed))
                .requestHandler(connections.whileOpen(request -> ways.receive(request, router)))
                .listen());
    }

    private Future<HttpServer> listen(Function<HttpServerOptions, Future<HttpServer>> open) {
        GatewaySettings.Tls tls = settings.listener().tls();
        if (tls == null) {
            return open.apply(serverOptions());
        }
        return vertx.executeBlocking(() -> new ServerCertificate(tls))
                .compose(certificate -> open.apply(certificate.secure(serverOptions()))
                        .onSuccess(listening -> vertx.setPeriodic(
                                ServerCertificate.LOOK_PERIOD_MS, tick -> certificate.look(vertx, listening))));
    }

    private List<Issuer> issuers(Bus bus, Revocations revocations) {
        // What was revoked is asked for before the keys, without which no token is taken.
        var platform =
                new PlatformIssuer(vertx, node.clock(), () -> revocations.look().transform(looked -> bus.keys()));
        keepKeys(platform, PlatformIssuer.KEYS_PERIOD_MS);
        OidcSettings oidc = settings.oidc();
        if (oidc == null) {
            return List.of(platform);
        }
        var provider = new OidcIssuer(vertx, node.clock(), oidc, new OidcKeys(vertx, oidc)::ask, bus::admit);
        keepKeys(provider, OidcIssuer.KEYS_PERIOD_MS);
        provider.keys().refresh().onFailure(cause -> LOG.warn("starting without the keys of an issuer", cause));
        return List.of(platform, provider);
    }

    private void keepKeys(Issuer issuer, long periodMs) {
        vertx.setPeriodic(periodMs, tick -> issuer.keys()
                .refresh()
                .onFailure(cause -> LOG.debug("cannot see with which keys {} signs", issuer.name(), cause)));
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

    private HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setHost(settings.listener().host())
                .setPort(settings.listener().port())
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxFormAttributeSize(0)
                .setHttp2ClearTextEnabled(false)
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS).setMaxHeaderListSize(MAX_HEADER_BYTES))
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout(IDLE_LIMIT_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTracingPolicy(TracingPolicy.IGNORE);
    }
}
