package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector receives over OTLP, as the bytes that it receives: names and texts stand in them as they are. */
class TelemetryTest {
    private static final UUID ORDER = UUID.fromString("01930000-0000-7000-8000-000000000001");
    private static final Duration SENT_WITHIN = Duration.ofSeconds(20);

    private final Map<String, String> received = new ConcurrentHashMap<>();
    private final Trace client = Trace.root(new Random(1), true);
    private HttpServer collector;

    @BeforeEach
    void collect() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", this::receive);
        collector.start();
        LogFields.nameNode("order-1");
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        received.merge(exchange.getRequestURI().getPath(), body, String::concat);
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private Telemetry telemetry() {
        String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + '/';
        return new Telemetry(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), "order-1");
    }

    private String traceIdBytes() {
        return new String(HexFormat.of().parseHex(client.traceId()), StandardCharsets.ISO_8859_1);
    }

    private void awaitReceived(String path) {
        await(path).atMost(SENT_WITHIN).until(() -> received.containsKey(path));
    }

    @Test
    void spansAreSentUnderTheNameOfTheirService() {
        try (Telemetry telemetry = telemetry()) {
            telemetry
                    .tracing()
                    .of("order")
                    .around(
                            "order.get",
                            SpanKind.SERVER,
                            client,
                            new GetOrder(ORDER),
                            trace -> Future.succeededFuture());
        }

        awaitReceived("/v1/traces");
        assertThat(received.get("/v1/traces"))
                .contains("service.name", "order", "order-1", "order.get", "order.id", ORDER.toString())
                .contains(traceIdBytes());
    }

    @Test
    void logLinesAreSentWithinTheirTrace() {
        try (Telemetry telemetry = telemetry()) {
            new TraceLog(TelemetryTest.class, "order")
                    .error(client, "order.id", ORDER, "it failed", new IllegalStateException("for a reason"));
        }

        awaitReceived("/v1/logs");
        assertThat(received.get("/v1/logs"))
                .contains("it failed", "service.node.name", "order-1", "order.id", ORDER.toString())
                .contains("java.lang.IllegalStateException", "for a reason")
                .contains(traceIdBytes());
    }

    @Test
    void nothingIsSentAfterItIsClosedNorWithoutACollector() {
        var log = new TraceLog(TelemetryTest.class, "order");
        telemetry().close();
        try (Telemetry unconfigured = new Telemetry(Map.of(), "order-1")) {
            log.warn(client, "order.id", ORDER, "nobody hears");
            assertThat(unconfigured.recentLogs().isStarted()).isTrue();
        }

        assertThat(received.getOrDefault("/v1/logs", "")).doesNotContain("nobody hears");
    }
}
