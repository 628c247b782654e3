package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.RecentLogs;
import io.trolleybus.chassis.RecentSpans;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.model.NodeMessages;
import io.trolleybus.model.NodeMessages.FindLogs;
import io.trolleybus.model.NodeMessages.LogList;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators see of all processes at once, over real HTTP and a real bus. */
class TelemetryTest {
    private static final UUID ORDER = Fakes.ORDER;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(4);

    private final Random random = new Random(1);
    private final Trace client = Trace.root(random, true);
    private TestPlatform platform;
    private String customer;
    private String operator;

    @BeforeEach
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.SETTINGS);
        TestKey key = TestKey.create("key-1");
        platform.serve("user", new Fakes(new Jwks(List.of(key.jwk())))::user);
        customer = key.token(UUID.randomUUID(), "customer");
        operator = key.token(UUID.randomUUID(), "operator");
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    /** A process of the platform, as far as it tells of itself. */
    private final class Peer {
        final RecentSpans spans = new RecentSpans();
        final RecentLogs logs = new RecentLogs();
        final Breakers breakers;
        final Tracing tracing;

        Peer(String node, String service) {
            breakers = new Breakers(platform.node().vertx(), node, new SimpleMeterRegistry(), Clock.systemUTC());
            tracing = new Tracing(SdkTracerProvider.builder()
                    .setResource(Resource.builder().put("service.name", service).build())
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build()
                    .get("test"));
            platform.tell(node, breakers, spans, logs);
        }

        Trace work(Trace parent, String name, Object subject) {
            return tracing.around(name, SpanKind.SERVER, parent, subject, Future::succeededFuture)
                    .result();
        }

        void log(Instant at, String message, Map<String, String> fields) {
            logs.append(Log4jLogEvent.newBuilder()
                    .setLoggerName("test")
                    .setLevel(Level.INFO)
                    .setTimeMillis(at.toEpochMilli())
                    .setMessage(new SimpleMessage(message))
                    .setContextData(new SortedArrayStringMap(fields))
                    .build());
        }

        CircuitBreaker breaker(String caller, String callee, String calleeNode) {
            return breakers.of(caller)
                    .watch(CircuitBreaker.create(callee, platform.node().vertx()), callee, calleeNode);
        }
    }

    /** Publishes a process that takes every question and answers none. */
    private void fallSilent() {
        platform.serve("node", endpoints -> endpoints
                .serve(NodeMessages.LOGS, FindLogs.class, (call, query) -> Promise.<Reply<LogList>>promise()
                        .future())
                .serve(
                        NodeMessages.SPANS,
                        NodeMessages.GetSpans.class,
                        (call, query) ->
                                Promise.<Reply<NodeMessages.SpanList>>promise().future()));
    }

    @Test
    void breakers_of_all_nodes_come_by_caller_and_callee() {
        new Peer("order-2", "order").breaker("order", "payment", "payment-1");
        var first = new Peer("order-1", "order");
        first.breaker("order", "payment", "payment-1").open();
        first.breaker("order", "inventory", "inventory-1");

        JsonNode breakers = get("/api/v1/system/breakers", 200);

        assertThat(breakers.path("degraded")).isEmpty();
        assertThat(breakers.path("items"))
                .extracting(item -> item.path("caller").asText()
                        + ' '
                        + item.path("callerNode").asText()
                        + ' '
                        + item.path("callee").asText()
                        + ' '
                        + item.path("calleeNode").asText()
                        + ' '
                        + item.path("state").asText())
                .containsExactly(
                        "order order-1 inventory inventory-1 CLOSED",
                        "order order-1 payment payment-1 OPEN",
                        "order order-2 payment payment-1 CLOSED");
        assertThat(breakers.at("/items/0/changedAt").isNull()).isTrue();
        assertThat(Instant.parse(breakers.at("/items/1/changedAt").asText()))
                .isBefore(Instant.now().plusSeconds(1));
    }

    @Test
    void a_trace_is_put_together_from_the_nodes_that_took_part() {
        var gateway = new Peer("gateway-1", "gateway");
        var order = new Peer("order-1", "order");
        new Peer("user-1", "user");
        Trace root = gateway.work(client, "POST /api/v1/orders", null);
        Trace place = order.work(root, "order.place", new GetOrder(ORDER));
        order.tracing.aroundBatch("order.commit", List.of(place), Future::succeededFuture);

        JsonNode found = get("/api/v1/system/traces?orderId=" + ORDER, 200);

        assertThat(found.path("items")).hasSize(1);
        JsonNode listed = found.at("/items/0");
        assertThat(listed.path("id").asText()).isEqualTo(client.traceId());
        assertThat(listed.path("name").asText()).isEqualTo("POST /api/v1/orders");
        assertThat(listed.path("spans").asInt()).isEqualTo(2);
        assertThat(listed.path("nodes").toString()).isEqualTo("[\"gateway-1\",\"order-1\"]");
        assertThat(listed.path("failed").asBoolean()).isFalse();
        assertThat(listed.path("orderId").asText()).isEqualTo(ORDER.toString());
        assertThat(get("/api/v1/system/traces?traceId=" + client.traceId(), 200))
                .isEqualTo(found);

        JsonNode trace = get("/api/v1/system/traces/" + client.traceId(), 200);
        assertThat(trace.path("nodes")).isEqualTo(listed.path("nodes"));
        assertThat(trace.path("spans"))
                .extracting(span -> span.path("name").asText())
                .containsExactly("POST /api/v1/orders", "order.place");
        assertThat(trace.at("/spans/0/parentSpanId").asText()).isEqualTo(client.spanId());
        assertThat(trace.at("/spans/1/parentSpanId").asText()).isEqualTo(root.spanId());
        assertThat(trace.at("/spans/1/service").asText()).isEqualTo("order");
        assertThat(trace.at("/spans/1/attributes").path("order.id").asText()).isEqualTo(ORDER.toString());
        assertThat(trace.path("linked")).hasSize(1);
        assertThat(trace.at("/linked/0/links/0/traceId").asText()).isEqualTo(client.traceId());
        assertThat(trace.path("truncated").asBoolean()).isFalse();
    }

    @Test
    void the_newest_traces_of_all_nodes_come_first_and_each_is_whole() {
        var order = new Peer("order-1", "order");
        var payment = new Peer("payment-1", "payment");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Trace mine = Trace.root(random, true);
            ids.add(0, mine.traceId());
            // What the second node has seen of the older traces comes after what it has seen of the newer.
            payment.work(order.work(mine, "order.place", null), "payment.charge", null);
        }

        JsonNode newest = get("/api/v1/system/traces?limit=3", 200).path("items");

        assertThat(newest).extracting(item -> item.path("id").asText()).containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(newest).extracting(item -> item.path("spans").asInt()).containsOnly(2);
    }

    @Test
    void log_lines_of_all_nodes_come_newest_first_and_are_found_by_order_and_trace() {
        var order = new Peer("order-1", "order");
        var payment = new Peer("payment-1", "payment");
        Instant noon = Fakes.NOON;
        Map<String, String> fields =
                Map.of("service.name", "order", "trace.id", client.traceId(), "order.id", ORDER.toString());
        order.log(noon, "first", fields);
        payment.log(noon.plusMillis(1), "second", fields);
        order.log(noon.plusMillis(2), "third", fields);
        payment.log(noon.plusMillis(3), "of something else", Map.of());

        assertThat(messages("?orderId=" + ORDER)).containsExactly("third", "second", "first");
        assertThat(messages("?traceId=" + client.traceId())).containsExactly("third", "second", "first");
        assertThat(messages("?orderId=" + ORDER + "&limit=2")).containsExactly("third", "second");
        assertThat(messages("?orderId=" + UUID.randomUUID())).isEmpty();
        assertThat(messages("")).first().isEqualTo("of something else");
        JsonNode line = get("/api/v1/system/logs?orderId=" + ORDER, 200).at("/items/1");
        assertThat(line.path("node").asText()).isEqualTo("payment-1");
        assertThat(line.path("level").asText()).isEqualTo("INFO");
        assertThat(line.path("service").asText()).isEqualTo("order");
    }

    @Test
    void a_node_that_is_silent_is_named_and_the_others_are_heard() {
        new Peer("order-1", "order").log(Fakes.NOON, "still here", Map.of());
        fallSilent();
        long startedNs = System.nanoTime();

        JsonNode logs = get("/api/v1/system/logs", 200);

        assertThat(Duration.ofNanos(System.nanoTime() - startedNs)).isLessThan(ANSWERED_WITHIN);
        assertThat(logs.path("degraded").toString()).isEqualTo("[\"test\"]");
        assertThat(logs.at("/items/0/message").asText()).isEqualTo("still here");
    }

    @Test
    void what_is_unknown_is_404_but_503_if_somebody_did_not_say() {
        new Peer("order-1", "order");
        assertThat(get("/api/v1/system/traces/" + client.traceId(), 404)
                        .path("type")
                        .asText())
                .isEqualTo("/problems/not-found");
        get("/api/v1/system/traces/garbage", 404);

        fallSilent();
        get("/api/v1/system/traces/" + client.traceId(), 503);
    }

    @Test
    void if_nobody_answers_it_is_503() {
        get("/api/v1/system/breakers", 503);
    }

    @ParameterizedTest
    @CsvSource({
        "traces?orderId=x, orderId",
        "traces?traceId=ABC, traceId",
        "traces?limit=0, limit",
        "traces?limit=101, limit",
        "logs?orderId=1, orderId",
        "logs?traceId=00, traceId",
        "logs?limit=501, limit",
        "logs?limit=1&limit=2, limit"
    })
    void a_parameter_that_breaks_the_contract_is_400_and_named(String query, String name) {
        assertThat(get("/api/v1/system/" + query, 400).at("/errors/0/pointer").asText())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"breakers", "traces", "traces/4bf92f3577b34da6a3ce929d0e0e4736", "logs"})
    void they_are_for_operators_only(String path) {
        assertThat(status(path, customer)).isEqualTo(403);
        assertThat(status(path, null)).isEqualTo(401);
    }

    private List<String> messages(String query) {
        List<String> messages = new ArrayList<>();
        get("/api/v1/system/logs" + query, 200)
                .path("items")
                .forEach(item -> messages.add(item.path("message").asText()));
        return messages;
    }

    private int status(String path, String token) {
        var request = platform.request("/api/v1/system/" + path);
        return platform.send(token == null ? request : request.header("Authorization", "Bearer " + token))
                .statusCode();
    }

    private JsonNode get(String path, int status) {
        var answer = platform.send(platform.request(path).header("Authorization", "Bearer " + operator));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
