package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Someone with an account who buys. Safe for use by many threads. */
final class Customer {

    static final String PASSWORD = "correct-horse-battery-staple";

    /** The payment's deadline of 30 s, and time for what follows it. */
    private static final Duration END_WITHIN = Duration.ofSeconds(90);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final String id;
    private final String email;
    private final Session session;

    private Customer(String id, String email, Session session) {
        this.id = id;
        this.email = email;
        this.session = session;
    }

    /** Registers an account of its own and logs it in, with these headers on both requests. */
    static Customer join(Api api, String... headers) {
        String email = "buyer-" + UUID.randomUUID() + "@example.com";
        JsonNode user = api.post(
                        "/api/v1/users", Map.of("email", email, "password", PASSWORD, "name", "A. Buyer"), headers)
                .expect(201)
                .json();
        return new Customer(user.path("id").asText(), email, Session.login(api, email, PASSWORD, headers));
    }

    String id() {
        return id;
    }

    String email() {
        return email;
    }

    Session session() {
        return session;
    }

    /** Posts the purchase and returns whatever came back. */
    Reply post(Purchase purchase, String... headers) {
        String[] all = headers;
        String[] own = purchase.headers();
        for (int i = 0; i < own.length; i += 2) {
            all = Api.with(all, own[i], own[i + 1]);
        }
        return session.post("/api/v1/orders", purchase.body(), all);
    }

    /** Posts the purchase, which must be acknowledged. */
    Order buy(Purchase purchase) {
        return post(purchase).expect(201).as(Order.class);
    }

    /** Posts the purchase and waits until the order has ended. */
    Order buyToTheEnd(Purchase purchase) {
        return awaitEnd(buy(purchase.waiting(30)).id());
    }

    Order order(String orderId) {
        return session.get("/api/v1/orders/" + orderId).expect(200).as(Order.class);
    }

    List<Order> orders() {
        return session.all("/api/v1/orders", Order.class);
    }

    List<OrderEvent> events(String orderId) {
        JsonNode reply =
                session.get("/api/v1/orders/" + orderId + "/events").expect(200).json();
        return Json.items(OrderEvent.class, reply.path("items")).toList();
    }

    Order awaitEnd(String orderId) {
        return await("the end of order " + orderId)
                .atMost(END_WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(() -> order(orderId), Order::hasEnded);
    }
}
