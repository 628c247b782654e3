package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders followed as they change. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class OrderUpdatesTest {

    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final Shop shop;
    private final Customer alice;
    private final String sku;

    OrderUpdatesTest(Shop shop) {
        this.shop = shop;
        alice = shop.newCustomer();
        sku = shop.operator().addProduct(Money.eur(1_000), 1_000);
    }

    private static String updates(String orderId) {
        return "/api/v1/orders/" + orderId + "/updates";
    }

    private static void awaitTypes(EventStream stream, String... types) {
        await().atMost(WITHIN).untilAsserted(() -> assertThat(stream.events())
                .extracting(EventStream.Event::type)
                .containsExactly(types));
    }

    @Test
    void anOrderIsFollowedFromItsFirstEventAsItChanges() {
        Order order = alice.buy(Purchase.of(sku, 1).paidWith("tok_slow"));

        try (EventStream stream = alice.session().follow(updates(order.id()))) {
            awaitTypes(stream, "OrderCreated", "PaymentProcessed", "OrderConfirmed");
            alice.session()
                    .post("/api/v1/orders/" + order.id() + "/cancel", Map.of("reason", "Ordered twice"))
                    .expect(202);
            awaitTypes(
                    stream,
                    "OrderCreated",
                    "PaymentProcessed",
                    "OrderConfirmed",
                    "OrderCancelRequested",
                    "OrderCancelled");
            assertThat(stream.events()).extracting(EventStream.Event::id).containsExactly("1", "2", "3", "4", "5");
            assertThat(stream.events().get(4).data().path("status").asText()).isEqualTo("CANCELLED");
        }
    }

    @Test
    void aStreamGoesOnWhereTheClientHasCome() {
        String order = alice.buyToTheEnd(Purchase.of(sku, 1)).id();

        try (EventStream stream = alice.session().follow(updates(order), "Last-Event-ID", "2")) {
            awaitTypes(stream, "OrderConfirmed");
            assertThat(stream.events()).extracting(EventStream.Event::id).containsExactly("3");
        }
    }

    @Test
    void manyFollowTheSameOrder() {
        Order order = alice.buy(Purchase.of(sku, 1).paidWith("tok_slow"));

        try (EventStream one = alice.session().follow(updates(order.id()));
                EventStream other = shop.operator().session().follow(updates(order.id()))) {
            for (EventStream stream : List.of(one, other)) {
                awaitTypes(stream, "OrderCreated", "PaymentProcessed", "OrderConfirmed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1.5", "99999999999"})
    void aPlaceThatIsNoneIsRefused(String lastEventId) {
        String order = alice.buy(Purchase.of(sku, 1)).id();

        alice.session().get(updates(order), "Last-Event-ID", lastEventId).expectProblem(400);
    }
}
