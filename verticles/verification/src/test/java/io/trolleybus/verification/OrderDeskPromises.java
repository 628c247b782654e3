package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.answer;
import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is promised about cancelling, shipping, delivering and refunding. */
record OrderDeskPromises(Cast cast) {

    Stream<Promise> all() {
        return Stream.of(cancelling(), shipping(), delivering(), refunding()).flatMap(promises -> promises);
    }

    private Stream<Promise> cancelling() {
        return Stream.of(
                answer("cancelOrder", 202, "it will be", () -> cancel(cast.confirmed()))
                        .telling("/status", "CANCELLING"),
                answer("cancelOrder", 200, "it is already, and the money is back", () -> {
                            String order = cast.confirmed();
                            cancel(order).expect(202);
                            cast.until(cast.operator(), path(order), is("CANCELLED"));
                            return cancel(order);
                        })
                        .telling("/payment/status", "REFUNDED"),
                answer("getOrderPayments", 200, "what came back when it was cancelled", () -> {
                            String order = cast.confirmed();
                            cancel(order).expect(202);
                            cast.until(cast.operator(), path(order), is("CANCELLED"));
                            return cast.alice().session().get(path(order) + "/payments");
                        })
                        .telling("/items/0/refunds/0/amount/amount", 3_000),
                refusal("cancelOrder", 409, "order-state", "once it is rejected", () -> cancel(cast.rejected())),
                answer("cancelOrder", 409, "once a part was shipped", () -> {
                    String order = cast.confirmed();
                    ship(order, 1, Cast.key()).expect(201);
                    return cancel(order);
                }),
                invalid("cancelOrder", "/reason", "without one", () -> cast.operator()
                        .post(path(cast.confirmed()) + "/cancel", Map.of())));
    }

    private Stream<Promise> shipping() {
        return Stream.of(
                answer("shipOrder", 201, "a part, once for its key", () -> {
                    String order = cast.confirmed();
                    String[] key = Cast.key();
                    String first = ship(order, 2, key).expect(201).body();
                    Reply again = ship(order, 2, key);
                    assertThat(again.body()).isEqualTo(first);
                    cast.until(cast.operator(), path(order), is("PARTIALLY_SHIPPED"));
                    return again;
                }),
                answer("shipOrder", 201, "all that remains, if it does not say what", () -> {
                            String order = cast.confirmed();
                            ship(order, 2, Cast.key()).expect(201);
                            Reply rest = shipRest(order);
                            cast.until(cast.operator(), path(order), is("SHIPPED"));
                            return rest;
                        })
                        .telling("/lines/0/quantity", 1),
                refusal("shipOrder", 409, "order-state", "once it is rejected", () -> shipRest(cast.rejected())),
                refusal(
                        "shipOrder",
                        409,
                        "exceeds-ordered",
                        "beyond what was ordered",
                        () -> ship(cast.confirmed(), 4, Cast.key())),
                refusal(
                        "shipOrder",
                        422,
                        "not-in-order",
                        "what was not ordered",
                        () -> cast.ship(
                                cast.confirmed(), List.of(Map.of("sku", "TEST-NONE", "quantity", 1)), Cast.key())),
                refusal("shipOrder", 422, "idempotency-key-reused", "with another body", () -> {
                    String order = cast.confirmed();
                    String[] key = Cast.key();
                    ship(order, 1, key).expect(201);
                    return ship(order, 2, key);
                }),
                invalid("shipOrder", "Idempotency-Key", "without one", () -> ship(cast.confirmed(), 1)));
    }

    private Stream<Promise> delivering() {
        return Stream.of(
                answer("deliverOrder", 200, "once all was shipped", () -> {
                            String order = cast.confirmed();
                            shipRest(order).expect(201);
                            deliver(order).expect(200);
                            return deliver(order);
                        })
                        .telling("/status", "DELIVERED"),
                refusal("deliverOrder", 409, "order-state", "before it was shipped", () -> deliver(cast.confirmed())));
    }

    private Stream<Promise> refunding() {
        return Stream.of(
                answer("refundOrder", 201, "a part, once for its key", () -> {
                    String order = cast.confirmed();
                    String[] key = Cast.key();
                    String first = cast.refund(order, 400, key)
                            .expect(201)
                            .json()
                            .path("id")
                            .asText();
                    Reply again = cast.refund(order, 400, key);
                    assertThat(again.json().path("id").asText()).isEqualTo(first);
                    return again;
                }),
                answer("refundOrder", 201, "all that is left, if it does not say how much", () -> {
                            String order = cast.confirmed();
                            cast.refund(order, 400, Cast.key()).expect(201);
                            return cast.operator()
                                    .post(path(order) + "/refunds", Map.of("reason", "The rest"), Cast.key());
                        })
                        .telling("/amount/amount", 2_600),
                refusal("refundOrder", 409, "refund-exceeds-captured", "those under way included", () -> {
                    String order = cast.confirmed();
                    cast.refund(order, 400, Cast.key()).expect(201);
                    return cast.refund(order, 2_601, Cast.key());
                }),
                refusal("refundOrder", 422, "idempotency-key-reused", "with another body", () -> {
                    String order = cast.confirmed();
                    String[] key = Cast.key();
                    cast.refund(order, 400, key).expect(201);
                    return cast.refund(order, 401, key);
                }),
                invalid("refundOrder", "Idempotency-Key", "without one", () -> cast.refund(cast.confirmed(), 1)),
                invalid(
                        "refundOrder",
                        "/amount/amount",
                        "of nothing",
                        () -> cast.refund(cast.confirmed(), 0, Cast.key())));
    }

    private static String path(String order) {
        return Cast.ORDERS + "/" + order;
    }

    private static Predicate<JsonNode> is(String status) {
        return order -> order.path("status").asText().equals(status);
    }

    private Reply cancel(String order) {
        return cast.cancel(cast.alice().session(), order);
    }

    private Reply ship(String order, int quantity, String... headers) {
        return cast.ship(order, List.of(Map.of("sku", cast.tea(), "quantity", quantity)), headers);
    }

    private Reply shipRest(String order) {
        return cast.operator()
                .post(path(order) + "/shipments", Map.of("carrier", "Post", "trackingId", "RR2"), Cast.key());
    }

    private Reply deliver(String order) {
        return Cast.send(cast.operator(), "POST", path(order) + "/delivery");
    }
}
