package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Who takes part in the scenarios of the contract, and the requests they have in common. */
final class Cast {
    static final Money PRICE = Money.eur(1_000);
    static final String ORDERS = "/api/v1/orders";
    static final String SAGAS = "/api/v1/system/sagas";

    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final Shop shop;
    private final Customer alice;
    private final Session mallory;
    private final String tea;

    Cast(Shop shop) {
        this.shop = shop;
        alice = shop.newCustomer();
        mallory = shop.newCustomer().session();
        tea = shop.operator().addProduct(PRICE, 1_000_000);
    }

    Shop shop() {
        return shop;
    }

    Api anybody() {
        return shop.gateway();
    }

    Session operator() {
        return shop.operator().session();
    }

    /** A customer who buys. */
    Customer alice() {
        return alice;
    }

    /** A customer to whom nothing here belongs. */
    Session mallory() {
        return mallory;
    }

    /** A product of which there is plenty. */
    String tea() {
        return tea;
    }

    /** An order of three units that is confirmed. */
    String confirmed() {
        return alice.buyToTheEnd(Purchase.of(tea, 3)).id();
    }

    /** An order that was rejected, since its payment was declined. */
    String rejected() {
        return alice.buyToTheEnd(Purchase.of(tea, 1).paidWith("tok_declined")).id();
    }

    /** An order whose payment provider does not answer. */
    String pending() {
        return alice.buy(Purchase.of(tea, 1).paidWith("tok_down")).id();
    }

    Reply cancel(Session who, String order) {
        return who.post(ORDERS + "/" + order + "/cancel", Map.of("reason", "Ordered twice"));
    }

    Reply ship(String order, Object lines, String... headers) {
        return operator()
                .post(
                        ORDERS + "/" + order + "/shipments",
                        Map.of("carrier", "Post", "trackingId", "RR123456785DE", "lines", lines),
                        headers);
    }

    Reply refund(String order, long cents, String... headers) {
        return operator()
                .post(
                        ORDERS + "/" + order + "/refunds",
                        Map.of("amount", Money.eur(cents), "reason", "One was broken"),
                        headers);
    }

    static String[] key() {
        return new String[] {"Idempotency-Key", UUID.randomUUID().toString()};
    }

    /** Asks again until the answer is as wanted, and returns that one. */
    Reply until(Session who, String path, Predicate<JsonNode> wanted) {
        return await(path)
                .atMost(WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(() -> who.get(path), reply -> reply.status() == 200 && wanted.test(reply.json()));
    }

    static Reply send(Session who, String method, String path, Object body, String... headers) {
        return who.send(
                method,
                path,
                BodyPublishers.ofString(Json.write(body)),
                Api.with(headers, "Content-Type", "application/json"));
    }

    static Reply send(Session who, String method, String path) {
        return who.send(method, path, BodyPublishers.noBody());
    }
}
