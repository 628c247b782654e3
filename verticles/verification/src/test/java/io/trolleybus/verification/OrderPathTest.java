package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real order, from the HTTP request to the provider's ledger and back to the customer's list. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class OrderPathTest {

    private static final Money PRICE = Money.eur(1_999);

    private final Shop shop;
    private final Customer alice;
    private final Customer mallory;
    private final String sku;

    OrderPathTest(Shop shop) {
        this.shop = shop;
        alice = shop.newCustomer();
        mallory = shop.newCustomer();
        sku = shop.operator().addProduct(PRICE, 10_000);
    }

    @Test
    void anOrderIsConfirmedWithinItsRequestWhenTheCustomerWaits() {
        String other = shop.operator().addProduct(Money.eur(250), 10);

        Reply reply = alice.post(Purchase.of(sku, 2).and(other, 3).waiting(30));

        Order order = reply.expect(201).as(Order.class);
        assertThat(reply.header("Location").orElse("")).endsWith("/api/v1/orders/" + order.id());
        assertThat(reply.header("X-Request-Id")).isPresent();
        assertThat(order.status()).isEqualTo("CONFIRMED");
        assertThat(order.userId()).isEqualTo(alice.id());
        assertThat(order.total()).isEqualTo(Money.eur(2 * 1_999 + 3 * 250));
        assertThat(order.lines())
                .extracting(Order.Line::sku, Order.Line::quantity, Order.Line::unitPrice, Order.Line::lineTotal)
                .containsExactly(
                        tuple(sku, 2L, PRICE, Money.eur(3_998)), tuple(other, 3L, Money.eur(250), Money.eur(750)));
        assertThat(UUID.fromString(order.id()).version()).isEqualTo(7);
        assertThat(shop.provider().capturesOf(order.id())).containsExactly(order.total());
        assertThat(shop.operator().stock(other)).isEqualTo(new Stock(other, 10, 3, 7));
        assertThat(alice.order(order.id())).isEqualTo(order);
    }

    @Test
    void anOrderIsAcknowledgedAtOnceAndConfirmedLaterWhenTheCustomerDoesNotWait() {
        Order acknowledged = alice.buy(Purchase.of(sku, 1).paidWith("tok_slow"));

        assertThat(acknowledged.status()).isEqualTo("PENDING");
        assertThat(alice.awaitEnd(acknowledged.id()).status()).isEqualTo("CONFIRMED");
    }

    @Test
    void anOrdersJournalTellsItsStoryWithoutAGap() {
        Order order = alice.buyToTheEnd(Purchase.of(sku, 1));

        List<OrderEvent> events = alice.events(order.id());

        assertThat(events)
                .extracting(OrderEvent::type)
                .startsWith("OrderCreated")
                .endsWith("OrderConfirmed");
        assertThat(events).extracting(OrderEvent::type).contains("PaymentProcessed");
        assertThat(events)
                .allSatisfy(event -> assertThat(event.data().isObject()).isTrue());
        assertThat(events)
                .extracting(event -> Instant.parse(event.recordedAt()))
                .isSorted();
        assertThat(OrderFold.of(events)).isEqualTo(OrderFold.of(order));
    }

    @Test
    void aCustomersOrdersAreListedPageByPageNewestFirst() {
        Customer collector = shop.newCustomer();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(collector.buy(Purchase.of(sku, 1)).id());
        }
        Collections.reverse(ids);

        JsonNode first =
                collector.session().get("/api/v1/orders?limit=2").expect(200).json();
        JsonNode second = collector
                .session()
                .get("/api/v1/orders?limit=2&cursor=" + first.path("nextCursor").asText())
                .expect(200)
                .json();

        assertThat(Json.items(Order.class, first.path("items")).map(Order::id))
                .containsExactlyElementsOf(ids.subList(0, 2));
        assertThat(Json.items(Order.class, second.path("items")).map(Order::id)).containsExactly(ids.get(2));
        assertThat(second.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void aCustomerAndTheOrdersWithTheirPaymentsComeInOneAnswer() {
        Customer bob = shop.newCustomer();
        Order order = bob.buyToTheEnd(Purchase.of(sku, 2));

        JsonNode aggregate = bob.session()
                .get("/api/v1/users/" + bob.id() + "/orders")
                .expect(200)
                .json();

        assertThat(aggregate.path("user").path("id").asText()).isEqualTo(bob.id());
        assertThat(aggregate.path("user").path("email").asText()).isEqualTo(bob.email());
        assertThat(aggregate.path("degraded").isArray()).isTrue();
        assertThat(aggregate.path("degraded")).isEmpty();
        JsonNode orders = aggregate.path("orders");
        assertThat(orders.path("nextCursor").isNull()).isTrue();
        assertThat(Json.items(Order.class, orders.path("items"))).containsExactly(order);
        JsonNode payment = orders.path("items").path(0).path("payment");
        assertThat(payment.path("status").asText()).isEqualTo("CAPTURED");
        assertThat(Json.as(Money.class, payment.path("captured"))).isEqualTo(order.total());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/orders", "/api/v1/users/me", "/api/v1/orders/0198b0a4-7e7c-7000-8000-000000000000"})
    void withoutATokenTheAnswerSaysHowToAuthenticate(String path) {
        Reply reply = shop.gateway().get(path);

        reply.expectProblem(401);
        assertThat(reply.header("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }

    @Test
    void aCustomerMayNotDoWhatOnlyTheOperatorMay() {
        Map<String, Object> product = Map.of("sku", "MINE-" + UUID.randomUUID(), "name", "Mine", "price", Money.eur(1));

        alice.session().post("/api/v1/products", product).expectProblem(403);
        alice.session().get("/api/v1/products/" + sku + "/stock").expectProblem(403);
    }

    @Test
    void anOrderBeyondTheStockIsRejectedNamingTheProductAndWhatIsLeft() {
        String scarce = shop.operator().addProduct(PRICE, 3);

        Order order = alice.buyToTheEnd(Purchase.of(sku, 1).and(scarce, 4));

        assertThat(order.outcome()).isEqualTo("REJECTED out-of-stock");
        assertThat(order.refusal().sku()).isEqualTo(scarce);
        assertThat(order.refusal().available()).isEqualTo(3);
        assertThat(shop.provider().capturesOf(order.id())).isEmpty();
        assertThat(shop.operator().stock(scarce)).isEqualTo(new Stock(scarce, 3, 0, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_declined", "tok_insufficient_funds"})
    void aDeclinedPaymentRejectsTheOrderAndReleasesItsStock(String token) {
        String product = shop.operator().addProduct(PRICE, 5);

        Order order = alice.buyToTheEnd(Purchase.of(product, 5).paidWith(token));

        assertThat(order.outcome()).isEqualTo("REJECTED payment-declined");
        assertThat(order.refusal().detail()).isNotBlank();
        assertThat(shop.provider().capturesOf(order.id())).isEmpty();
        assertThat(shop.operator().stock(product)).isEqualTo(new Stock(product, 5, 0, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_flaky", "tok_slow", "tok_lost_reply"})
    void aDifficultPaymentIsCapturedExactlyOnce(String token) {
        Order order = alice.buyToTheEnd(Purchase.of(sku, 3).paidWith(token));

        assertThat(order.outcome()).isEqualTo("CONFIRMED");
        assertThat(shop.provider().capturesOf(order.id())).containsExactly(order.total());
    }

    @Test
    void aRepeatWithTheSameKeyAndBodyGivesTheSameOrder() {
        Purchase purchase = Purchase.of(sku, 1);
        Order first = alice.buyToTheEnd(purchase);

        Order repeated = alice.buy(purchase);

        assertThat(repeated).isEqualTo(first);
        assertThat(shop.provider().capturesOf(first.id())).containsExactly(first.total());
    }

    @Test
    void aKeyBelongsToTheCustomerWhoUsedIt() {
        Purchase purchase = Purchase.of(sku, 1);

        assertThat(alice.buy(purchase).id()).isNotEqualTo(mallory.buy(purchase).id());
    }

    @Test
    void aKeyReusedForAnotherBodyIsRefused() {
        Purchase purchase = Purchase.of(sku, 1);
        alice.buy(purchase);

        Problem problem =
                alice.post(Purchase.of(sku, 2).withKey(purchase.key())).expectProblem(422);

        assertThat(problem.type()).isEqualTo("/problems/idempotency-key-reused");
    }

    @Test
    void anUnknownProductIsRefusedAndDoesNotConsumeTheKey() {
        Purchase purchase = Purchase.of(sku, 1);

        Problem problem = alice.post(Purchase.of("NO-SUCH-SKU", 1).withKey(purchase.key()))
                .expectProblem(422);

        assertThat(problem.type()).isEqualTo("/problems/unknown-product");
        alice.post(purchase).expect(201);
    }
}
