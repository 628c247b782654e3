package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shop does with an order after it was placed, held against stock, ledger and journal. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class OrderDeskTest {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final Money PRICE = Money.eur(1_000);

    private final Shop shop;
    private final Customer alice;
    private final Session operator;

    OrderDeskTest(Shop shop) {
        this.shop = shop;
        alice = shop.newCustomer();
        operator = shop.operator().session();
    }

    private static String path(String orderId, String what) {
        return "/api/v1/orders/" + orderId + "/" + what;
    }

    private static String[] key() {
        return new String[] {"Idempotency-Key", UUID.randomUUID().toString()};
    }

    private JsonNode order(String id) {
        return operator.get("/api/v1/orders/" + id).expect(200).json();
    }

    private JsonNode awaitStatus(String id, String status) {
        await("order " + id + " to be " + status)
                .atMost(WITHIN)
                .until(() -> order(id).path("status").asText().equals(status));
        return order(id);
    }

    private Reply cancel(Session who, String id) {
        return who.post(path(id, "cancel"), Map.of("reason", "Ordered twice"));
    }

    private Reply ship(String id, String sku, int quantity, String... headers) {
        return operator.post(
                path(id, "shipments"),
                Map.of(
                        "carrier", "Post",
                        "trackingId", "RR123456785DE",
                        "lines", List.of(Map.of("sku", sku, "quantity", quantity))),
                headers);
    }

    private static Reply deliver(Session who, String id) {
        return who.send("POST", path(id, "delivery"), BodyPublishers.noBody());
    }

    private Reply refund(String id, long amount, String... headers) {
        return operator.post(
                path(id, "refunds"), Map.of("amount", Money.eur(amount), "reason", "One was broken"), headers);
    }

    private void awaitStock(String sku, long onHand, long reserved) {
        await("the stock of " + sku).atMost(WITHIN).untilAsserted(() -> assertThat(
                        shop.operator().stock(sku))
                .isEqualTo(new Stock(sku, onHand, reserved, onHand - reserved)));
    }

    private List<LedgerEntry> ledgerOf(String id) {
        return shop.provider().ledgerOf(Set.of(id));
    }

    @Test
    void aConfirmedOrderThatIsCancelledIsReleasedAndRefunded() {
        String sku = shop.operator().addProduct(PRICE, 10);
        String id = alice.buyToTheEnd(Purchase.of(sku, 2)).id();

        Reply accepted = cancel(alice.session(), id);

        assertThat(accepted.status()).isIn(200, 202);
        JsonNode cancelled = awaitStatus(id, "CANCELLED");
        assertThat(cancelled.path("cancellation").asText()).isEqualTo("Ordered twice");
        assertThat(cancelled.at("/payment/status").asText()).isEqualTo("REFUNDED");
        assertThat(cancelled.at("/payment/refunded/amount").asLong()).isEqualTo(2_000);
        assertThat(cancelled.path("nextActions")).isEmpty();
        assertThat(ledgerOf(id)).extracting(LedgerEntry::net).containsExactly(0L);
        awaitStock(sku, 10, 0);
        assertThat(cancel(alice.session(), id).expect(200).json()).isEqualTo(cancelled);
    }

    /** Whatever the provider does, and wherever the order stands, a cancelled order keeps neither money nor stock. */
    @ParameterizedTest
    @CsvSource({"tok_ok", "tok_slow", "tok_flaky", "tok_lost_reply", "tok_down"})
    void anOrderIsCancelledWhileItIsBeingPlaced(String token) {
        String sku = shop.operator().addProduct(PRICE, 10);
        String id = alice.buy(Purchase.of(sku, 1).paidWith(token)).id();

        Reply reply = cancel(alice.session(), id);

        assertThat(reply.status()).isIn(200, 202);
        JsonNode cancelled = awaitStatus(id, "CANCELLED");
        assertThat(cancelled.at("/payment/captured/amount").asLong())
                .isEqualTo(cancelled.at("/payment/refunded/amount").asLong());
        assertThat(ledgerOf(id)).allSatisfy(entry -> assertThat(entry.net()).isZero());
        awaitStock(sku, 10, 0);
    }

    @Test
    void anOrderIsShippedInPartsAndDelivered() {
        String tea = shop.operator().addProduct(PRICE, 10);
        String cup = shop.operator().addProduct(PRICE, 10);
        String id = alice.buyToTheEnd(Purchase.of(tea, 3).and(cup, 1)).id();
        String[] key = key();

        JsonNode first = ship(id, tea, 2, key).expect(201).json();
        assertThat(ship(id, tea, 2, key).expect(201).json()).isEqualTo(first);
        ship(id, tea, 1, key).expectProblem(422);
        assertThat(order(id).path("status").asText()).isEqualTo("PARTIALLY_SHIPPED");
        awaitStock(tea, 8, 1);
        ship(id, tea, 2, key()).expectProblem(409);
        ship(id, "TEST-NONE", 1, key()).expectProblem(422);
        cancel(alice.session(), id).expectProblem(409);
        deliver(operator, id).expectProblem(409);

        JsonNode rest = operator.post(path(id, "shipments"), Map.of("carrier", "Post", "trackingId", "RR2"), key())
                .expect(201)
                .json();

        assertThat(rest.path("lines")).hasSize(2);
        JsonNode shipped = order(id);
        assertThat(shipped.path("status").asText()).isEqualTo("SHIPPED");
        assertThat(shipped.path("shipments")).containsExactly(first, rest);
        awaitStock(tea, 7, 0);
        awaitStock(cup, 9, 0);
        assertThat(deliver(operator, id).expect(200).json().path("status").asText())
                .isEqualTo("DELIVERED");
        deliver(operator, id).expect(200);
        ship(id, tea, 1, key()).expectProblem(409);
    }

    @Test
    void refundsInPartsNeverExceedWhatWasCaptured() {
        String sku = shop.operator().addProduct(PRICE, 10);
        String id = alice.buyToTheEnd(Purchase.of(sku, 1)).id();
        String[] key = key();

        JsonNode first = refund(id, 400, key).expect(201).json();
        assertThat(refund(id, 400, key).expect(201).json().path("id")).isEqualTo(first.path("id"));
        refund(id, 500, key).expectProblem(422);
        refund(id, 601, key()).expectProblem(409);
        operator.post(path(id, "refunds"), Map.of("reason", "The rest"), key()).expect(201);

        await("all refunds")
                .atMost(WITHIN)
                .until(() -> order(id).at("/payment/status").asText().equals("REFUNDED"));
        assertThat(ledgerOf(id)).extracting(LedgerEntry::refunded).containsExactly(PRICE);
        refund(id, 1, key()).expectProblem(409);
        JsonNode payments =
                alice.session().get(path(id, "payments")).expect(200).json();
        assertThat(payments.at("/items/0/refunds")).hasSize(2);
        assertThat(payments.at("/items/0/refunded/amount").asLong()).isEqualTo(1_000);
        // What was paid back may still be shipped: that is between the shop and its customer.
        ship(id, sku, 1, key()).expect(201);
    }

    @Test
    void ofCancellingAndShippingAtOnceOneWins() throws InterruptedException {
        String sku = shop.operator().addProduct(PRICE, 100);
        try (Crowd crowd = new Crowd(4)) {
            for (int round = 0; round < 5; round++) {
                String id = alice.buyToTheEnd(Purchase.of(sku, 1)).id();
                List<Reply> replies = crowd.run(
                        List.of(
                                () -> cancel(alice.session(), id),
                                () -> ship(id, sku, 1, key()),
                                () -> cancel(operator, id),
                                () -> ship(id, sku, 1, key())),
                        WITHIN);

                boolean isShipped = Stream.of(1, 3).anyMatch(i -> replies.get(i).status() == 201);
                JsonNode ended = awaitStatus(id, isShipped ? "SHIPPED" : "CANCELLED");
                assertThat(replies)
                        .allSatisfy(reply -> assertThat(reply.status()).isIn(200, 201, 202, 409));
                assertThat(ended.path("shipments")).hasSize(isShipped ? 1 : 0);
                assertThat(ledgerOf(id)).extracting(LedgerEntry::net).containsExactly(isShipped ? 1_000L : 0L);
            }
        }
    }

    @Test
    void theJournalTellsWhoDidWhatAndHowTheOrderStoodThen() {
        String sku = shop.operator().addProduct(PRICE, 10);
        String id = alice.buyToTheEnd(Purchase.of(sku, 1)).id();
        cancel(alice.session(), id);
        awaitStatus(id, "CANCELLED");

        JsonNode events =
                alice.session().get(path(id, "events")).expect(200).json().path("items");

        assertThat(events.findValuesAsText("type"))
                .containsExactly(
                        "OrderCreated", "PaymentProcessed", "OrderConfirmed", "OrderCancelRequested", "OrderCancelled");
        assertThat(events.at("/3/data/by").asText()).isEqualTo(alice.id());
        for (JsonNode event : events) {
            JsonNode then = alice.session()
                    .get("/api/v1/orders/" + id + "?version="
                            + event.path("version").asText())
                    .expect(200)
                    .json();
            assertThat(then.path("status")).isEqualTo(event.path("status"));
            assertThat(then.path("version")).isEqualTo(event.path("version"));
        }
        String confirmedAt = events.at("/2/recordedAt").asText();
        assertThat(alice.session()
                        .get("/api/v1/orders/" + id + "?at=" + confirmedAt)
                        .expect(200)
                        .json()
                        .path("status")
                        .asText())
                .isEqualTo("CONFIRMED");
        alice.session().get("/api/v1/orders/" + id + "?version=6").expectProblem(404);
        alice.session()
                .get("/api/v1/orders/" + id + "?at="
                        + Instant.parse(confirmedAt).minusSeconds(3_600))
                .expectProblem(404);
        alice.session().get("/api/v1/orders/" + id + "?version=0").expectProblem(400);
        alice.session().get("/api/v1/orders/" + id + "?at=yesterday").expectProblem(400);
        alice.session()
                .get("/api/v1/orders/" + id + "?version=1&at=" + confirmedAt)
                .expectProblem(400);
    }

    @Test
    void whatAnybodyMayNotDoIsRefused() {
        String sku = shop.operator().addProduct(PRICE, 10);
        String id = alice.buyToTheEnd(Purchase.of(sku, 1)).id();
        Session mallory = shop.newCustomer().session();
        Map<String, Object> shipment = Map.of("carrier", "Post", "trackingId", "RR1");
        Map<String, Object> refund = Map.of("reason", "Please");

        for (Session customer : List.of(mallory, alice.session())) {
            customer.post(path(id, "shipments"), shipment, key()).expectProblem(403);
            customer.post(path(id, "refunds"), refund, key()).expectProblem(403);
            deliver(customer, id).expectProblem(403);
        }
        shop.gateway().post(path(id, "cancel"), Map.of("reason", "Because")).expectProblem(401);
        operator.post(path(UUID.randomUUID().toString(), "shipments"), shipment, key())
                .expectProblem(404);
        operator.post(path(id, "shipments"), shipment).expectProblem(400);
        operator.post(path(id, "refunds"), refund).expectProblem(400);
        assertThat(order(id).path("version").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cancel    | {}",
                "cancel    | {\"reason\": \"\"}",
                "cancel    | {\"reason\": \"x\", \"status\": \"CANCELLED\"}",
                "shipments | {\"carrier\": \"Post\"}",
                "shipments | {\"carrier\": \"Post\", \"trackingId\": \"RR1\", \"lines\": []}",
                "shipments | {\"carrier\": \"Post\", \"trackingId\": \"RR1\", \"lines\": [{\"sku\": \"A\", \"quantity\": 0}]}",
                "shipments | {\"carrier\": \"Post\", \"trackingId\": \"RR1\", \"lines\": [{\"sku\": \"A\", \"quantity\": 1}, {\"sku\": \"A\", \"quantity\": 1}]}",
                "refunds   | {\"reason\": \"x\", \"amount\": {\"amount\": 0, \"currency\": \"EUR\"}}",
                "refunds   | {\"reason\": \"x\", \"amount\": {\"amount\": -1, \"currency\": \"EUR\"}}",
                "refunds   | {\"reason\": \"x\", \"amount\": {\"amount\": 1.5, \"currency\": \"EUR\"}}",
                "refunds   | {\"amount\": {\"amount\": 1, \"currency\": \"EUR\"}}"
            })
    void rubbishIsRefusedByName(String what, String body) {
        Problem problem = operator.postText(path(UUID.randomUUID().toString(), what), body, key())
                .expectProblem(400);

        assertThat(problem.detail()).isNotBlank();
    }
}
