package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.answer;
import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What is promised about products and their stock. */
record CatalogPromises(Cast cast) {
    private static final String PRODUCTS = "/api/v1/products";

    Stream<Promise> all() {
        return Stream.of(reading(), adding(), changing(), stock(), movements()).flatMap(promises -> promises);
    }

    private Stream<Promise> reading() {
        return Stream.of(
                answer("findProducts", 200, "a page of what is asked for", () -> cast.anybody()
                                .get(PRODUCTS + "?query=" + cast.tea()))
                        .telling("/items/0/sku", cast.tea())
                        .telling("/nextCursor", "null"),
                answer("findProducts", 200, "page after page", () -> {
                    JsonNode first = cast.anybody().get(PRODUCTS + "?limit=1").json();
                    Reply second = cast.anybody()
                            .get(PRODUCTS + "?limit=1&cursor="
                                    + first.path("nextCursor").asText());
                    assertThat(second.json().at("/items/0/sku").asText())
                            .isGreaterThan(first.at("/items/0/sku").asText());
                    return second;
                }),
                invalid("findProducts", "query", "if it is long", () -> cast.anybody()
                        .get(PRODUCTS + "?query=" + "x".repeat(101))),
                answer("getProduct", 200, "the product with its tag", () -> cast.anybody()
                                .get(path(cast.tea())))
                        .and(reply -> assertThat(reply.header("ETag"))
                                .hasValue("\"" + reply.json().path("version") + "."
                                        + reply.json().path("available") + "\"")),
                answer("getProduct", 304, "if it is known already", () -> {
                    String sku = add(5);
                    String tag = cast.anybody().get(path(sku)).header("ETag").orElse("");
                    return cast.anybody().get(path(sku), "If-None-Match", tag);
                }));
    }

    private Stream<Promise> adding() {
        return Stream.of(
                answer("addProduct", 201, "the product, and where it is", () -> post(newSku(), Cast.PRICE))
                        .telling("/available", 0)
                        .telling("/version", 1)
                        .and(reply -> assertThat(reply.header("Location"))
                                .hasValue(path(reply.json().path("sku").asText()))),
                refusal("addProduct", 409, "sku-taken", "whatever else it says", () -> post(cast.tea(), Cast.PRICE)),
                invalid(
                        "addProduct",
                        "/price/amount",
                        "if it is less than nothing",
                        () -> post(newSku(), Money.eur(-1))));
    }

    private Stream<Promise> changing() {
        return Stream.of(
                answer(
                                "changeProduct",
                                200,
                                "the product with another price",
                                () -> change(add(5), Map.of("price", Money.eur(1_100)), "\"1.5\""))
                        .telling("/version", 2)
                        .telling("/price/amount", 1_100),
                refusal(
                        "changeProduct",
                        412,
                        "precondition-failed",
                        "if it is at another version",
                        () -> change(add(5), Map.of("name", "Another"), "\"2.5\"")),
                refusal(
                        "changeProduct",
                        422,
                        "currency-changed",
                        "which a product keeps",
                        () -> change(add(5), Map.of("price", new Money(1_000, "CHF")), "*")),
                refusal(
                        "changeProduct",
                        400,
                        "invalid",
                        "if nothing is to change",
                        () -> change(cast.tea(), Map.of(), "*")));
    }

    private Stream<Promise> stock() {
        return Stream.of(answer("getStock", 200, "what lies there, is reserved, and can be had", () -> {
                    String sku = add(5);
                    cast.alice().buyToTheEnd(Purchase.of(sku, 2));
                    return cast.operator().get(path(sku) + "/stock");
                })
                .telling("/onHand", 5)
                .telling("/reserved", 2)
                .telling("/available", 3));
    }

    private Stream<Promise> movements() {
        String sku = add(5);
        return Stream.of(
                answer("moveStock", 201, "the movement, once for its key", () -> {
                            String[] key = Cast.key();
                            String first = move(sku, 7, key).expect(201).body();
                            Reply again = move(sku, 7, key);
                            assertThat(again.body()).isEqualTo(first);
                            return again;
                        })
                        .telling("/onHand", 12),
                answer("listMovements", 200, "all of them, the newest first", () -> {
                            move(sku, -1, Cast.key()).expect(201);
                            return cast.operator().get(path(sku) + "/stock-movements?limit=1");
                        })
                        .telling("/items/0/quantity", -1),
                refusal("moveStock", 422, "idempotency-key-reused", "with another body", () -> {
                    String[] key = Cast.key();
                    move(sku, 7, key).expect(201);
                    return move(sku, 8, key);
                }),
                refusal("moveStock", 409, "below-reserved", "what orders hold stays", () -> {
                    String held = add(5);
                    cast.alice().buyToTheEnd(Purchase.of(held, 2));
                    return move(held, -4, Cast.key());
                }),
                invalid("moveStock", "Idempotency-Key", "without one", () -> move(sku, 1)),
                invalid("moveStock", "/quantity", "of nothing", () -> move(sku, 0, Cast.key())));
    }

    private static String path(String sku) {
        return PRODUCTS + "/" + sku;
    }

    private static String newSku() {
        return Operator.SKU_PREFIX + UUID.randomUUID();
    }

    private String add(int units) {
        return cast.shop().operator().addProduct(Cast.PRICE, units);
    }

    private Reply post(String sku, Money price) {
        return cast.operator().post(PRODUCTS, Map.of("sku", sku, "name", "Bell", "price", price));
    }

    private Reply change(String sku, Object patch, String ifMatch) {
        return Cast.send(cast.operator(), "PATCH", path(sku), patch, "If-Match", ifMatch);
    }

    private Reply move(String sku, int quantity, String... headers) {
        return cast.operator()
                .post(path(sku) + "/stock-movements", Map.of("quantity", quantity, "reason", "Counted"), headers);
    }
}
