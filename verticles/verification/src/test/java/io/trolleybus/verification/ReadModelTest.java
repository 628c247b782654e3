package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Lists and reports come from read models that can be made anew at any time, and nobody who reads them notices. */
@OnPlatform
@Timeout(120)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class ReadModelTest {
    private static final int BEFORE = 100;
    private static final int PER_SECOND = 25;
    private static final Duration BUILT_WITHIN = Duration.ofSeconds(30);
    private static final Duration REPORTED_WITHIN = Duration.ofSeconds(5);
    private static final Money PRICE = Money.eur(250);

    private final Shop shop;
    private final ReadModels models;

    ReadModelTest(Shop shop) {
        this.shop = shop;
        this.models = new ReadModels(shop.operator().session());
    }

    @Test
    void rebuildsWhileOrdersArriveAreSeenByNobody() throws InterruptedException {
        String sku = shop.operator().addProduct(PRICE, 100_000);
        Customer customer = shop.newCustomer();
        Set<String> placed = buy(customer, sku, BEFORE);

        List<ReadModels.View> views =
                ReadModels.NAMES.stream().map(models::view).toList();
        try (var load = new SteadyLoad<>(PER_SECOND, number -> buyAndList(customer, sku))) {
            for (ReadModels.View view : views) {
                models.rebuild(view.name()).expect(202);
                models.awaitNext(view, BUILT_WITHIN);
            }
            placed.addAll(load.end());
        }

        assertThat(customer.orders()).extracting(Order::id).containsExactlyInAnyOrderElementsOf(placed);
        placed.forEach(customer::awaitEnd);
        assertThat(customer.orders()).extracting(Order::status).containsOnly("CONFIRMED");
        await().atMost(REPORTED_WITHIN)
                .untilAsserted(() -> assertThat(models.sales("", sku, "units")).isEqualTo(placed.size()));
        assertThat(models.sales("", sku, "revenue")).isEqualTo(placed.size() * PRICE.amount());
    }

    private static Set<String> buy(Customer customer, String sku, int count) {
        try (Crowd crowd = new Crowd(8)) {
            return crowd
                    .run(
                            Stream.<Callable<String>>generate(() -> () -> buyAndList(customer, sku))
                                    .limit(count)
                                    .toList(),
                            BUILT_WITHIN)
                    .stream()
                    .collect(Collectors.toSet());
        }
    }

    /** Who has placed an order finds it in his list at once. */
    private static String buyAndList(Customer customer, String sku) {
        String id = customer.buy(Purchase.of(sku, 1)).id();
        JsonNode list =
                customer.session().get("/api/v1/orders?limit=100").expect(200).json();
        assertThat(Json.items(Order.class, list.path("items")).map(Order::id)).contains(id);
        return id;
    }

    @Test
    void whatIsCancelledOrRefundedIsReportedOnItsDay() {
        String sku = shop.operator().addProduct(PRICE, 10);
        Customer customer = shop.newCustomer();
        Order cancelled = customer.buyToTheEnd(Purchase.of(sku, 2));
        Order refunded = customer.buyToTheEnd(Purchase.of(sku, 3));
        Session operator = shop.operator().session();
        operator.post(
                        "/api/v1/orders/" + refunded.id() + "/refunds",
                        Map.of("amount", Money.eur(120), "reason", "scratched"),
                        "Idempotency-Key",
                        "scratched")
                .expect(201);
        customer.session().post("/api/v1/orders/" + cancelled.id() + "/cancel", Map.of("reason", "twice"));

        await().atMost(BUILT_WITHIN).untilAsserted(() -> {
            assertThat(models.sales("", sku, "cancelledUnits")).isEqualTo(2);
            assertThat(models.sales("", sku, "refunded")).isEqualTo(120);
        });
        assertThat(models.sales("", sku, "units")).isEqualTo(5);
        assertThat(models.sales("", sku, "cancelledRevenue")).isEqualTo(2 * PRICE.amount());
        assertThat(models.sales("&from=2020-01-01&to=2020-12-31", sku, "units")).isZero();
    }

    @Test
    void anOperatorFindsTheNewestOrdersInAStatusAtOnce() {
        String sku = shop.operator().addProduct(PRICE, 10);
        Order order = shop.newCustomer().buyToTheEnd(Purchase.of(sku, 1));

        List<Order> confirmed = new ArrayList<>();
        Json.items(
                        Order.class,
                        shop.operator()
                                .session()
                                .get("/api/v1/orders?limit=100&status=CONFIRMED")
                                .expect(200)
                                .json()
                                .path("items"))
                .forEach(confirmed::add);

        assertThat(confirmed).extracting(Order::id).contains(order.id());
        assertThat(confirmed).extracting(Order::status).containsOnly("CONFIRMED");
    }

    @Test
    void whatCannotBeRebuiltOrReportedIsNamed() {
        Session operator = shop.operator().session();
        Session customer = shop.newCustomer().session();

        assertThat(models.rebuild("nonsense").expect(404).json().path("detail").asText())
                .contains("nonsense", "orders-by-status");
        assertThat(operator.get("/api/v1/reports/sales?from=2026-02-30")
                        .expect(400)
                        .body())
                .contains("from");
        operator.get("/api/v1/reports/sales?from=2026-03-02&to=2026-03-01").expect(400);
        operator.get("/api/v1/system/events?orderId=7").expect(400);
        for (String path : List.of("reports/sales", "system/projections", "system/events")) {
            customer.get("/api/v1/" + path).expect(403);
        }
    }
}
