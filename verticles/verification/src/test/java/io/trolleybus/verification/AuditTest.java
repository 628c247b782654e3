package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Whether everything adds up. Alone and last, since then the audit has to agree with whatever all the other tests have
 * done to the platform, and nobody else is disturbed by what this one does to it.
 */
@OnPlatform
@Isolated
@Order(Integer.MAX_VALUE)
final class AuditTest {
    private static final String AUDIT = "/api/v1/system/audit";
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(60);

    private final Shop shop;
    private final Session operator;
    private final Databases databases;

    AuditTest(Shop shop, Platform platform) {
        this.shop = shop;
        this.operator = shop.operator().session();
        this.databases = platform.databases();
    }

    private JsonNode audit() {
        return operator.get(AUDIT).expect(200).json();
    }

    /** As a sweep sees it that came after now. */
    private void awaitThatAllAddsUp() {
        Instant now = Instant.now();
        await("the audit").atMost(FOUND_WITHIN).untilAsserted(() -> {
            JsonNode audit = audit();
            assertThat(audit.path("at").asText("")).isGreaterThan(now.toString());
            assertThat(audit.path("findings")).isEmpty();
            assertThat(audit.path("degraded")).isEmpty();
            assertThat(audit.path("ok").asBoolean()).isTrue();
        });
    }

    private List<String> found() {
        return Json.items(Finding.class, audit().path("findings"))
                .map(Finding::toString)
                .toList();
    }

    private record Finding(String kind, String orderId, String sku, String expected, String found) {
        @Override
        public String toString() {
            return kind + " of " + (orderId == null ? sku : orderId) + ": " + found + " instead of " + expected;
        }
    }

    @Test
    void allAddsUpUntilSomebodyChangesItByHand() throws SQLException {
        String sku = shop.operator().addProduct(Money.eur(700), 10);
        Customer alice = shop.newCustomer();
        String bought = alice.buyToTheEnd(Purchase.of(sku, 2)).id();
        String shipped = alice.buyToTheEnd(Purchase.of(sku, 3)).id();
        operator.post(
                        "/api/v1/orders/" + shipped + "/shipments",
                        Map.of("carrier", "Post", "trackingId", "RR1"),
                        "Idempotency-Key",
                        UUID.randomUUID().toString())
                .expect(201);
        awaitThatAllAddsUp();

        databases.changeByHand("inventory", "update stock set on_hand = on_hand + 1 where sku = '" + sku + "'");
        databases.changeByHand("payment", "update payment set captured = 1399 where order_id = '" + bought + "'");

        await("what was changed, named").atMost(FOUND_WITHIN).untilAsserted(() -> assertThat(found())
                .containsExactlyInAnyOrder(
                        "stock-row of " + sku + ": onHand 8 instead of onHand 7",
                        "payment-row of " + bought + ": captured 1399 instead of captured 1400",
                        "payment-provider of " + bought + ": captured 1399 EUR instead of captured 1400 EUR",
                        "order-payment of " + bought + ": captured 1399 EUR instead of captured 1400 EUR"));
        assertThat(audit().path("ok").asBoolean()).isFalse();

        databases.changeByHand("inventory", "update stock set on_hand = on_hand - 1 where sku = '" + sku + "'");
        databases.changeByHand("payment", "update payment set captured = amount where order_id = '" + bought + "'");
        awaitThatAllAddsUp();
    }

    @Test
    void onlyOperatorsSeeItAndMend() {
        Session customer = shop.newCustomer().session();
        customer.get(AUDIT).expectProblem(403);
        customer.post(AUDIT + "/reconcile", Map.of("reason", "Mine")).expectProblem(403);
        operator.post(AUDIT + "/reconcile", Map.of()).expectProblem(400);
        shop.gateway().get(AUDIT).expectProblem(401);
    }
}
