package io.trolleybus.verification;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.verification.SpanCollector.CollectedSpan;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The trace of an order stays one tree though the process that runs its saga is killed. */
@OnPlatform
@Isolated
final class SagaTraceTest {
    private static final String SAGA = "saga place-order";
    private static final String RESERVE = "inventory.reserve";
    private static final String CHARGE = "payment.charge";

    private static final Duration SENT_WITHIN = Duration.ofSeconds(10);
    private static final Duration COMPLETE_WITHIN = Duration.ofSeconds(60);

    /** More than a node holds a span back. */
    private static final Duration NOTHING_FOLLOWS = Duration.ofSeconds(3);

    private final ClusterPlatform cluster;
    private final Shop shop;
    private final String traceId = randomHex(16);
    private final String clientSpanId = randomHex(8);

    SagaTraceTest(Platform platform, Shop shop) {
        this.cluster = (ClusterPlatform) platform;
        this.shop = shop;
    }

    @Test
    void theSpansOfASagaWhoseProcessIsKilledAreOneTree() {
        Customer customer = shop.newCustomer();
        String sku = shop.operator().addProduct(Money.eur(100), 1);
        // Looked up before, so that the saga does not end while it is.
        Map<String, Long> pids = cluster.pids();
        // The charge is done and its answer lost, which takes the payment service some seconds to find out.
        Purchase purchase = Purchase.of(sku, 1).paidWith("tok_lost_reply");
        String order = customer.post(purchase, "traceparent", "00-" + traceId + '-' + clientSpanId + "-01")
                .expect(201)
                .as(Order.class)
                .id();
        await().atMost(SENT_WITHIN)
                .until(() -> named("order.place").size() == 2 && named(RESERVE).size() == 2);
        List<CollectedSpan> before = spans();

        String owner = new OrderSagas(cluster.databases()).ownerOf(order);
        Signals.kill(List.of(pids.get(owner)));
        try {
            assertThat(customer.awaitEnd(order).status()).isEqualTo("CONFIRMED");
            await().atMost(COMPLETE_WITHIN)
                    .during(NOTHING_FOLLOWS)
                    .untilAsserted(() -> isOneTreeOfOneSaga(order, before));
        } finally {
            cluster.run("start", owner);
        }
    }

    private void isOneTreeOfOneSaga(String order, List<CollectedSpan> before) {
        // A span that came twice would make this fail, too.
        Map<String, CollectedSpan> byId = spans().stream().collect(toMap(CollectedSpan::spanId, Function.identity()));
        assertThat(byId.values())
                .filteredOn(span -> !byId.containsKey(span.parentSpanId()))
                .hasSize(1)
                .allSatisfy(root -> assertThat(root.parentSpanId()).isEqualTo(clientSpanId));
        assertThat(named(SAGA)).hasSize(1).allSatisfy(saga -> {
            assertThat(saga.texts()).containsEntry("order.id", order).containsEntry("outcome", "confirmed");
            assertThat(byId.get(saga.parentSpanId())).isNotNull().satisfies(parent -> assertThat(parent.name())
                    .isEqualTo("order.place"));
            // Before the kill and after it, each seen by its sender and its receiver; a sender that is killed tells
            // nothing. More of them if an answer took so long that its sender asked again.
            assertThat(childrenOf(saga, RESERVE)).hasSizeGreaterThanOrEqualTo(4).containsAll(named(before, RESERVE));
            assertThat(childrenOf(saga, CHARGE)).hasSizeGreaterThanOrEqualTo(3);
        });
    }

    private List<CollectedSpan> childrenOf(CollectedSpan parent, String name) {
        return named(name).stream()
                .filter(span -> span.parentSpanId().equals(parent.spanId()))
                .toList();
    }

    private List<CollectedSpan> named(String name) {
        return named(spans(), name);
    }

    private static List<CollectedSpan> named(List<CollectedSpan> spans, String name) {
        return spans.stream().filter(span -> span.name().equals(name)).toList();
    }

    private List<CollectedSpan> spans() {
        return cluster.spans().of(traceId);
    }

    private static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
