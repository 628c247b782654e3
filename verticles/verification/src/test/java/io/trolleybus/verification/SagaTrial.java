package io.trolleybus.verification;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One order of a customer of its own, for a product and a total that no other order has, and what is asked for in its
 * name. Each request may be sent again, as a client does that got no answer.
 */
final class SagaTrial {
    static final long UNITS = 10;
    static final long PART_CENTS = 300;

    private static final AtomicLong PRICE_CENTS = new AtomicLong(1_000);
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final String HOLD = "select state from reservation where id = ?";
    private static final String SAGAS = "/api/v1/system/sagas";

    private final Platform platform;
    private final Shop shop;
    private final Customer customer;
    private final long units;
    private final long totalCents;
    private final String sku;
    private final Purchase purchase;
    private final String refundKey = UUID.randomUUID().toString();
    private @Nullable String order;
    private @Nullable String payment;
    private @Nullable String refund;

    SagaTrial(Platform platform, String token, long units) {
        this.platform = platform;
        shop = Shop.at(platform);
        customer = shop.newCustomer();
        long priceCents = PRICE_CENTS.incrementAndGet();
        this.units = units;
        totalCents = priceCents * units;
        sku = shop.operator().addProduct(Money.eur(priceCents), UNITS);
        purchase = Purchase.of(sku, units).paidWith(token);
    }

    String userId() {
        return customer.id();
    }

    String sku() {
        return sku;
    }

    /** What was ordered. */
    long units() {
        return units;
    }

    long totalCents() {
        return totalCents;
    }

    String orderId() {
        return requireNonNull(order, "no order was placed");
    }

    String paymentId() {
        return requireNonNull(payment, "nothing was paid");
    }

    void place() {
        order = customer.buy(purchase).id();
    }

    /** Nothing of the order is under way any more, in no service. */
    void placeAndConfirm() {
        place();
        payment = requireNonNull(customer.awaitEnd(orderId()).payment()).id();
        until("the allocation", () -> hold().equals("ALLOCATED"));
    }

    /** The provider was asked, and there is no answer. */
    void placeAndAwaitCharge() {
        place();
        until("the payment", () -> !payments().isEmpty());
        payment = payments().path(0).path("id").asText();
    }

    /** The provider has the money, and there is no answer. */
    void placeAndAwaitCapture() {
        placeAndAwaitCharge();
        until("the capture", () -> !ledger().isEmpty());
    }

    void cancel() {
        Reply reply = customer.session().post(path("/cancel"), Map.of("reason", "Ordered twice"));
        reply.expect(reply.status() == 200 ? 200 : 202);
    }

    /** Once it turns back it cannot be made to. */
    void withdraw() {
        Reply reply = operator().post(SAGAS + "/" + orderId() + "/compensate", Map.of("reason", "Fraud"));
        reply.expect(reply.status() == 409 ? 409 : 200);
    }

    void refundPart() {
        Map<String, Object> wanted = Map.of("amount", Money.eur(PART_CENTS), "reason", "One was broken");
        refund = operator()
                .post(path("/refunds"), wanted, "Idempotency-Key", refundKey)
                .expect(201)
                .json()
                .path("id")
                .asText();
    }

    void retryWhenParked() {
        String saga = SAGAS + "/" + requireNonNull(refund, "nothing was refunded");
        until(
                "the saga to be parked",
                () -> operator().get(saga).json().path("state").asText().equals("parked"));
        operator()
                .post(saga + "/retry", Map.of("reason", "The provider is back"))
                .expect(200);
    }

    Order order() {
        return customer.order(orderId());
    }

    /** Everything the customer ever ordered. */
    List<Order> orders() {
        return customer.orders();
    }

    List<OrderEvent> events() {
        return customer.events(orderId());
    }

    JsonNode payments() {
        return customer.session().get(path("/payments")).expect(200).json().path("items");
    }

    List<LedgerEntry> ledger() {
        return shop.provider().ledgerOf(Set.of(orderId()));
    }

    Stock stock() {
        return shop.operator().stock(sku);
    }

    /** The state of the order's hold; empty if it has none. */
    String hold() {
        try (Connection database = platform.databases().asService("inventory");
                PreparedStatement query = database.prepareStatement(HOLD)) {
            query.setObject(1, UUID.fromString(orderId()));
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException(HOLD, e);
        }
    }

    /** The sagas of the order that have not ended. */
    List<JsonNode> openSagas() {
        return sagas("").toList();
    }

    /** What those that have ended did, as {@code saga direction step}. */
    Stream<String> stepsTaken() {
        return Stream.of("completed", "compensated", "superseded")
                .flatMap(state -> sagas("&state=" + state))
                .flatMap(saga -> StreamSupport.stream(saga.path("steps").spliterator(), false)
                        .map(step -> String.join(
                                " ",
                                saga.path("name").asText(),
                                step.path("direction").asText(),
                                step.path("name").asText())));
    }

    private Stream<JsonNode> sagas(String query) {
        JsonNode page = operator().get(SAGAS + "?limit=100" + query).expect(200).json();
        return StreamSupport.stream(page.path("items").spliterator(), false)
                .filter(saga -> saga.path("orderId").asText().equals(orderId()));
    }

    private Session operator() {
        return shop.operator().session();
    }

    private String path(String what) {
        return "/api/v1/orders/" + orderId() + what;
    }

    private static void until(String what, Callable<Boolean> isSo) {
        await(what)
                .atMost(WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(isSo);
    }
}
