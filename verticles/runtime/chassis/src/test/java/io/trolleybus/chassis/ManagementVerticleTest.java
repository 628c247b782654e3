package io.trolleybus.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.trolleybus.model.UuidV7;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.HealthChecks;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementVerticleTest {
    private static final int LIMIT_S = 20;

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Node node;
    private ManagementVerticle management;

    @BeforeEach
    void start() throws Exception {
        var clock = Clock.systemUTC();
        var random = new SecureRandom();
        node = new Node(
                vertx,
                "test",
                "0",
                "a secret of the tests",
                new ServiceDirectory(vertx, Membership.alone(), clock),
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
        management = new ManagementVerticle(node, "127.0.0.1", 0);
        await(vertx.deployVerticle(management));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void a_node_without_checks_is_up() throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"UP\",\"checks\":{}}");
    }

    @Test
    void one_check_that_fails_makes_the_node_unready_but_leaves_it_alive() throws Exception {
        node.watch("database/order", Future::succeededFuture);
        node.watch("database/user", () -> Future.failedFuture("gone"));

        var ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"database/order\":\"UP\"", "\"database/user\":\"DOWN\"");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void metrics_are_prometheus_text() throws Exception {
        meters.counter("trolleybus_tests").increment();

        assertThat(get("/metrics").headers().firstValue("Content-Type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(get("/metrics").body()).contains("trolleybus_tests_total 1.0");
    }

    @Test
    void nothing_else_is_here() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + management.actualPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT_S, TimeUnit.SECONDS);
    }
}
