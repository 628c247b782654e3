package io.trolleybus.chassis;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who run a node how it is: {@code /health}, {@code /health/live}, {@code /health/ready} with every check,
 * and {@code /metrics} as Prometheus text. Nothing here is for the public.
 */
public final class ManagementVerticle extends VerticleBase {
    private static final Logger LOG = LogManager.getLogger(ManagementVerticle.class);
    private static final int IDLE_LIMIT_S = 60;
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Node node;
    private final String host;
    private final int port;
    private @Nullable HttpServer server;

    /** @param port 0 for any that is free, see {@link #actualPort} */
    public ManagementVerticle(Node node, String host, int port) {
        this.node = node;
        this.host = host;
        this.port = port;
    }

    @Override
    public Future<?> start() {
        var options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setIdleTimeout(IDLE_LIMIT_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTracingPolicy(TracingPolicy.IGNORE);
        return vertx.createHttpServer(options)
                .requestHandler(this::answer)
                .listen()
                .onSuccess(listening -> server = listening);
    }

    /** The port it listens on, once it has started. */
    public int actualPort() {
        return server == null ? port : server.actualPort();
    }

    private void answer(HttpServerRequest request) {
        if (!HttpMethod.GET.equals(request.method())) {
            request.response().setStatusCode(405).putHeader("Allow", "GET").end();
            return;
        }
        switch (String.valueOf(request.path())) {
            case "/health", "/health/ready" -> answerHealth(request);
            case "/health/live" -> send(request, 200, JSON, Json.write(new HealthReport(HealthReport.UP, Map.of())));
            case "/metrics" -> answerMetrics(request);
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void answerHealth(HttpServerRequest request) {
        HealthReport.of(node)
                .onSuccess(report -> send(request, report.up() ? 200 : 503, JSON, Json.write(report)))
                .onFailure(cause -> fail(request, cause));
    }

    /** Collecting takes milliseconds, which an event loop should not lose. */
    private void answerMetrics(HttpServerRequest request) {
        if (!(node.meters() instanceof PrometheusMeterRegistry prometheus)) {
            request.response().setStatusCode(404).end();
            return;
        }
        vertx.executeBlocking(prometheus::scrape)
                .onSuccess(text -> send(request, 200, PROMETHEUS, text))
                .onFailure(cause -> fail(request, cause));
    }

    private static void fail(HttpServerRequest request, Throwable cause) {
        LOG.error("{} failed", request.path(), cause);
        request.response().setStatusCode(500).end();
    }

    private static void send(HttpServerRequest request, int status, String contentType, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", contentType)
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }
}
