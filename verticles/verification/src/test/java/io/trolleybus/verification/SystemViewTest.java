package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What an operator sees of an order, whichever gateway is asked and on whatever node it happened. */
@OnPlatform
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class SystemViewTest {
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(10);
    private static final String ALL_IN_ONE = "all-in-one";
    private static final List<String> SERVICES = List.of("gateway", "order", "inventory", "payment");

    private final String traceId = randomHex(16);
    private final String clientSpan = randomHex(8);
    private final Platform platform;
    private final Shop shop;

    SystemViewTest(Platform platform, Shop shop) {
        this.platform = platform;
        this.shop = shop;
    }

    private record Span(String traceId, String spanId, String parentSpanId, String name, String node, String service) {}

    @Test
    void anOrderIsOneTraceWhoseSpansFormATreeFromAllWhoTookPart() {
        Order order = buySampled();

        JsonNode trace = awaitTrace(order);

        List<Span> spans = spans(trace.path("spans"));
        Set<String> ids = spans.stream().map(Span::spanId).collect(Collectors.toSet());
        assertThat(ids).as("spans of their own").hasSameSizeAs(spans);
        assertThat(spans).extracting(Span::traceId).containsOnly(traceId);
        assertThat(spans)
                .filteredOn(span -> !ids.contains(span.parentSpanId))
                .singleElement()
                .satisfies(root -> {
                    assertThat(root.parentSpanId).isEqualTo(clientSpan);
                    assertThat(root.name).isEqualTo("POST /api/v1/orders");
                    assertThat(root.service).isEqualTo("gateway");
                });
        assertThat(spans).extracting(Span::service).containsAll(SERVICES);
        assertThat(spans).allSatisfy(span -> assertThat(span.node).isEqualTo(nodeOf(span)));
        assertThat(texts(trace.path("nodes"))).hasSize(isCluster() ? SERVICES.size() : 1);
    }

    @Test
    void commitsOfBatchesAreTracesOfTheirOwnThatAreLinkedToTheOrders() {
        Order order = buySampled();

        List<JsonNode> linked = items(awaitTrace(order).path("linked"));

        assertThat(linked)
                .extracting(span -> span.path("name").asText())
                .contains("order.commit", "payment.commit")
                .hasSizeGreaterThan(2);
        assertThat(linked).allSatisfy(span -> {
            assertThat(span.path("traceId").asText()).isNotEqualTo(traceId);
            assertThat(span.path("parentSpanId").isNull()).isTrue();
            assertThat(span.path("links"))
                    .extracting(link -> link.path("traceId").asText())
                    .contains(traceId);
        });
    }

    @Test
    void everyGatewayTellsTheSameTrace() {
        Order order = buySampled();
        JsonNode trace = awaitTrace(order);

        for (URI gateway : platform.gateways()) {
            Operator operator = Operator.login(Api.at(List.of(gateway)));
            assertThat(operator.session()
                            .get("/api/v1/system/traces/" + traceId)
                            .expect(200)
                            .json())
                    .isEqualTo(trace);
        }
    }

    @Test
    void theLinesOfAnOrdersLogAreFoundByItAndNameTheirNode() {
        Order order = buySampled();

        List<JsonNode> lines = await("log lines of " + order.id())
                .atMost(SEEN_WITHIN)
                .until(() -> items(see("logs?orderId=" + order.id()).path("items")), found -> services(found)
                        .containsAll(List.of("order", "payment")));

        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("orderId").asText()).isEqualTo(order.id());
            assertThat(line.path("traceId").asText()).isEqualTo(traceId);
            assertThat(line.path("node").asText()).isNotBlank();
        });
        assertThat(platform.log().linesWithoutNode()).isEmpty();
    }

    @Test
    void whatHappenedToAnOrderIsFoundInAllJournalsByTheOrderAndByItsTrace() {
        Order order = buySampled();

        List<JsonNode> events = items(see("events?orderId=" + order.id()).path("items"));

        assertThat(events)
                .extracting(event -> event.path("service").asText()
                        + ' '
                        + event.path("type").asText())
                .containsExactlyInAnyOrder(
                        "order OrderCreated",
                        "inventory StockReserved",
                        "payment PaymentProcessed",
                        "order PaymentProcessed",
                        "order OrderConfirmed");
        assertThat(events)
                .extracting(event -> event.path("recordedAt").asText())
                .as("newest first")
                .isSortedAccordingTo(Comparator.comparing(Instant::parse).reversed());
        assertThat(events)
                .allSatisfy(event -> assertThat(event.path("traceId").asText()).isEqualTo(traceId));
        assertThat(items(see("events?limit=500&traceId=" + traceId).path("items")))
                .containsAll(events);
        assertThat(items(see("events?limit=3").path("items"))).hasSize(3);
    }

    @Test
    void breakersOfServicesAndOfTheProviderAreSeenTogether() {
        buySampled();

        List<JsonNode> breakers = items(see("breakers").path("items"));

        assertThat(breakers)
                .extracting(item -> item.path("caller").asText() + "->"
                        + item.path("callee").asText())
                .contains("gateway->order", "order->inventory", "order->payment", "payment->provider");
        assertThat(breakers).allSatisfy(item -> {
            assertThat(item.path("callerNode").asText()).isNotBlank();
            assertThat(item.path("calleeNode").asText()).isNotBlank();
        });
    }

    private Order buySampled() {
        String sku = shop.operator().addProduct(Money.eur(100), 1);
        Order order = shop.newCustomer()
                .post(Purchase.of(sku, 1).waiting(30), "traceparent", "00-" + traceId + '-' + clientSpan + "-01")
                .expect(201)
                .as(Order.class);
        assertThat(order.isConfirmed()).isTrue();
        return order;
    }

    /** Waits until the trace is found by its order and its first span, the last to end, is there. */
    private JsonNode awaitTrace(Order order) {
        return await("the trace of " + order.id())
                .atMost(SEEN_WITHIN)
                .until(
                        () -> see("traces?orderId=" + order.id())
                                        .at("/items/0/id")
                                        .asText()
                                        .equals(traceId)
                                ? see("traces/" + traceId)
                                : Json.read("{}"),
                        trace -> spans(trace.path("spans")).stream()
                                .anyMatch(span -> span.parentSpanId.equals(clientSpan)));
    }

    private JsonNode see(String what) {
        JsonNode seen = shop.operator()
                .session()
                .get("/api/v1/system/" + what)
                .expect(200)
                .json();
        assertThat(seen.path("degraded")).as("degraded in %s", what).isEmpty();
        return seen;
    }

    private String nodeOf(Span span) {
        return isCluster() ? span.service + span.node.substring(span.node.lastIndexOf('-')) : ALL_IN_ONE;
    }

    private boolean isCluster() {
        return shop.operator().instances().stream()
                .filter(instance -> instance.name().equals("gateway"))
                .noneMatch(instance -> instance.node().equals(ALL_IN_ONE));
    }

    private static Set<String> services(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("service").asText()).collect(Collectors.toSet());
    }

    private static List<Span> spans(JsonNode array) {
        return Json.items(Span.class, array).toList();
    }

    private static List<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new HashSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
