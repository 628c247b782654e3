package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.answer;
import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.stream.Stream;

/** What is promised about placing orders and reading them. */
record OrderPromises(Cast cast) {
    private static final int MORE_THAN_A_BODY = 300 * 1024;

    Stream<Promise> all() {
        return Stream.of(placing(), refusedPlacing(), reading(), readingEarlier(), listing(), following())
                .flatMap(promises -> promises);
    }

    private Stream<Promise> placing() {
        return Stream.of(
                answer(
                                "placeOrder",
                                201,
                                "the order at once, and where it is",
                                () -> place(Purchase.of(cast.tea(), 2).paidWith("tok_slow")))
                        .telling("/status", "PENDING")
                        .and(reply -> assertThat(reply.header("Location"))
                                .hasValue(path(reply.json().path("id").asText()))),
                answer(
                                "placeOrder",
                                201,
                                "the order at its end if that is preferred",
                                () -> place(Purchase.of(cast.tea(), 2).waiting(31)))
                        .telling("/status", "CONFIRMED")
                        .telling("/total/amount", 2_000)
                        .telling("/nextActions/0", "cancel")
                        .and(reply ->
                                assertThat(reply.header("Preference-Applied")).hasValue("wait=30")),
                answer("placeOrder", 201, "the same order for the same key, as it is by then", () -> {
                    Purchase purchase = Purchase.of(cast.tea(), 1);
                    String id = place(purchase).expect(201).as(Order.class).id();
                    Order ended = cast.alice().awaitEnd(id);
                    Reply again = place(purchase);
                    assertThat(again.as(Order.class)).isEqualTo(ended);
                    return again;
                }));
    }

    private Stream<Promise> refusedPlacing() {
        return Stream.of(
                refusal("placeOrder", 422, "idempotency-key-reused", "with another body", () -> {
                    Purchase purchase = Purchase.of(cast.tea(), 1);
                    place(purchase).expect(201);
                    return place(purchase.paidWith("tok_slow"));
                }),
                refusal(
                        "placeOrder",
                        422,
                        "unknown-product",
                        "which nobody sells",
                        () -> place(Purchase.of("NO-SUCH-SKU", 1))),
                invalid("placeOrder", "Idempotency-Key", "without one", () -> cast.alice()
                        .session()
                        .post(Cast.ORDERS, Purchase.of(cast.tea(), 1).body())),
                invalid("placeOrder", "/lines/0/quantity", "of nothing", () -> place(Purchase.of(cast.tea(), 0))),
                invalid(
                        "placeOrder",
                        "/lines/1/sku",
                        "the second time",
                        () -> place(Purchase.of(cast.tea(), 1).and(cast.tea(), 1))),
                refusal("placeOrder", 413, "body-too-large", "beyond 256 KiB", () -> cast.alice()
                        .session()
                        .postText(Cast.ORDERS, " ".repeat(MORE_THAN_A_BODY), Cast.key())),
                refusal("placeOrder", 415, "unsupported-media-type", "if it is no JSON", () -> cast.alice()
                        .session()
                        .postText(Cast.ORDERS, "{}", Api.with(Cast.key(), "Content-Type", "text/plain"))));
    }

    private Stream<Promise> reading() {
        String order = cast.confirmed();
        String declined = cast.rejected();
        return Stream.of(
                answer("getOrder", 200, "to its owner", () -> get(path(order))).telling("/payment/status", "CAPTURED"),
                answer("getOrder", 200, "why it was rejected", () -> get(path(declined)))
                        .telling("/rejection/code", "payment-declined"),
                answer("getOrderEvents", 200, "the journal of the order", () -> get(path(order) + "/events"))
                        .and(reply -> assertThat(reply.json().findValuesAsText("type"))
                                .containsExactly("OrderCreated", "PaymentProcessed", "OrderConfirmed")),
                answer("getOrderPayments", 200, "what was paid and given back", () -> {
                            cast.refund(order, 100, Cast.key()).expect(201);
                            return cast.until(
                                    cast.alice().session(),
                                    path(order) + "/payments",
                                    payments -> payments.at("/items/0/refunded/amount")
                                                    .asInt()
                                            == 100);
                        })
                        .telling("/items/0/status", "PARTIALLY_REFUNDED"));
    }

    private Stream<Promise> readingEarlier() {
        String order = cast.confirmed();
        return Stream.of(
                answer("getOrder", 200, "as it was at a version", () -> get(path(order) + "?version=1"))
                        .telling("/status", "PENDING"),
                answer("getOrder", 200, "as it was at a time", () -> {
                            JsonNode events = get(path(order) + "/events").json();
                            return get(path(order) + "?at="
                                    + events.at("/items/2/recordedAt").asText());
                        })
                        .telling("/status", "CONFIRMED"),
                refusal(
                        "getOrder",
                        404,
                        "not-found",
                        "before it was there",
                        () -> get(path(order) + "?at=2020-01-01T00:00:00Z")),
                refusal(
                        "getOrder",
                        404,
                        "not-found",
                        "at a version it never had",
                        () -> get(path(order) + "?version=99")),
                invalid("getOrder", "version", "if it is none", () -> get(path(order) + "?version=0")),
                invalid("getOrder", "at", "if it is no time", () -> get(path(order) + "?at=yesterday")),
                invalid(
                        "getOrder",
                        "at",
                        "beside a version",
                        () -> get(path(order) + "?version=1&at=2020-01-01T00:00:00Z")));
    }

    private Stream<Promise> listing() {
        return Stream.of(
                answer("findOrders", 200, "one's own by their status", () -> {
                            cast.confirmed();
                            return get(Cast.ORDERS + "?status=CONFIRMED&limit=1");
                        })
                        .telling("/items/0/status", "CONFIRMED")
                        .and(reply -> assertThat(reply.json().path("items")).hasSize(1)),
                answer("findOrders", 200, "a customer's to an operator", () -> cast.operator()
                                .get(ofUser(cast.alice())))
                        .and(reply -> assertThat(reply.json().findValuesAsText("userId"))
                                .isNotEmpty()
                                .containsOnly(cast.alice().id())),
                refusal("findOrders", 403, "forbidden", "a customer's to another", () -> cast.mallory()
                        .get(ofUser(cast.alice()))),
                invalid("findOrders", "status", "if there is no such", () -> get(Cast.ORDERS + "?status=WISHED_FOR")));
    }

    private Stream<Promise> following() {
        String order = cast.confirmed();
        return Stream.of(
                answer("followOrder", 200, "each change, from the last one seen", () -> {
                            try (EventStream stream =
                                    cast.alice().session().follow(path(order) + "/updates", "Last-Event-ID", "2")) {
                                await("the third event")
                                        .pollInterval(Duration.ofMillis(20))
                                        .until(() -> !stream.events().isEmpty());
                                return stream.soFar();
                            }
                        })
                        .telling("/type", "OrderConfirmed"),
                invalid("followOrder", "Last-Event-ID", "if it is none", () -> cast.alice()
                        .session()
                        .get(path(order) + "/updates", "Last-Event-ID", "x")));
    }

    private static String path(String order) {
        return Cast.ORDERS + "/" + order;
    }

    private static String ofUser(Customer customer) {
        return Cast.ORDERS + "?limit=5&userId=" + customer.id();
    }

    private Reply place(Purchase purchase) {
        return cast.alice().post(purchase);
    }

    private Reply get(String path) {
        return cast.alice().session().get(path);
    }
}
