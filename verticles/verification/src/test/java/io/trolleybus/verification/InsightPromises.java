package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.answer;
import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is promised to operators about read models, sales, events, and whether everything adds up. */
record InsightPromises(Cast cast) {
    private static final String AUDIT = "/api/v1/system/audit";
    private static final String EVENTS = "/api/v1/system/events";
    private static final String PROJECTIONS = "/api/v1/system/projections";
    private static final String SALES = "/api/v1/reports/sales";
    private static final int MANY = 100;
    private static final Duration REBUILT_WITHIN = Duration.ofSeconds(30);
    private static final Duration REBUILT_POLL = Duration.ofMillis(50);

    Stream<Promise> all() {
        return Stream.of(audit(), events(), projections(), sales()).flatMap(promises -> promises);
    }

    private Stream<Promise> audit() {
        return Stream.of(
                answer(
                                "getAudit",
                                200,
                                "what the last sweep saw",
                                () -> cast.until(cast.operator(), AUDIT, audit -> audit.hasNonNull("at")))
                        .and(reply ->
                                assertThat(reply.json().path("checked").isInt()).isTrue()),
                answer("reconcile", 200, "what it mended and what it left", () -> cast.operator()
                                .post(AUDIT + "/reconcile", Map.of("reason", "The provider's list of today")))
                        .and(reply -> assertThat(reply.json().path("mended").isArray())
                                .isTrue()));
    }

    private Stream<Promise> events() {
        return Stream.of(
                answer("listEvents", 200, "those of an order, from all services", () -> {
                            String order = cast.confirmed();
                            return cast.until(cast.operator(), EVENTS + "?orderId=" + order, isToldByAll());
                        })
                        .and(reply -> assertThat(reply.json().findValuesAsText("type"))
                                .contains("OrderConfirmed", "StockReserved", "PaymentProcessed")),
                invalid("listEvents", "orderId", "if it is none", () -> see(EVENTS + "?orderId=1")));
    }

    private static Predicate<JsonNode> isToldByAll() {
        return events -> events.findValuesAsText("service")
                .containsAll(Stream.of("order", "inventory", "payment").toList());
    }

    private Stream<Promise> projections() {
        return Stream.of(
                answer("listProjections", 200, "each with its lag", () -> see(PROJECTIONS))
                        .and(reply -> assertThat(reply.json().findValuesAsText("name"))
                                .contains("orders-by-customer", "orders-by-status", "sales")),
                answer("rebuildProjection", 202, "it is made anew beside the one that is read", this::rebuilt)
                        .telling("/name", "sales"),
                refusal(
                        "rebuildProjection",
                        409,
                        "rebuild-under-way",
                        "while it is being made anew",
                        this::rebuiltTwice));
    }

    /** Others may be having it made anew; that ends. */
    private Reply rebuilt() {
        return await().atMost(REBUILT_WITHIN)
                .pollInterval(REBUILT_POLL)
                .until(() -> rebuild("sales"), reply -> reply.status() == 202);
    }

    /** Asks again at once, or it is made before. */
    private Reply rebuiltTwice() {
        return Stream.generate(() -> rebuild("orders-by-customer"))
                .limit(MANY)
                .filter(reply -> reply.status() == 409)
                .findFirst()
                .orElseThrow();
    }

    private Reply rebuild(String model) {
        return cast.operator().send("POST", PROJECTIONS + "/" + model + "/rebuild", BodyPublishers.noBody());
    }

    private Stream<Promise> sales() {
        String today = LocalDate.now(Clock.systemUTC()).toString();
        return Stream.of(
                answer("reportSales", 200, "what was sold on each day", () -> {
                            cast.confirmed();
                            return cast.until(cast.operator(), SALES + "?limit=100", sales -> !sales.path("items")
                                    .isEmpty());
                        })
                        .and(reply ->
                                assertThat(reply.json().findValuesAsText("sku")).isNotEmpty()),
                invalid("reportSales", "from", "if it is no day", () -> see(SALES + "?from=yesterday")),
                refusal(
                        "reportSales",
                        400,
                        "invalid",
                        "if the first day is after the last",
                        () -> see(SALES + "?from=" + today + "&to=2026-01-01")));
    }

    private Reply see(String path) {
        return cast.operator().get(path);
    }
}
