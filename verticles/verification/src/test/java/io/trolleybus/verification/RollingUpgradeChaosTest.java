package io.trolleybus.verification;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Every node in turn is replaced by one of the next release, which has one step more in its saga and one migration more
 * in order's database.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RollingUpgradeChaosTest {
    private static final int REQUESTS_PER_SECOND = 100;
    private static final int REQUESTS_PER_ORDER = 20;
    private static final int ORDERS_PER_SLOW_ONE = 4;
    private static final int ACCOUNTS = 4;
    private static final long UNITS = 1_000_000;

    /** So many that both order nodes begin some, and so few that the breaker before the provider hardly opens. */
    private static final int HELD_UP = 4;

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(20);

    private final ClusterPlatform cluster = ClusterPlatform.fresh("rolling-upgrade");
    private final Shop shop = Shop.at(cluster);
    private final OrderSagas sagas = new OrderSagas(cluster.databases());
    private final String sku = shop.operator().addProduct(Money.eur(1_000), UNITS);
    private final Findings findings = new Findings("rolling-upgrade");

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    @Timeout(600)
    void nodesThatAreUpgradedInTurnFailNoRequestAndSagasKeepTheirVersion() throws InterruptedException {
        Path next = cluster.placeForRelease();
        NextRelease.build(Launch.JAR, next);
        List<Placed> placed = new ArrayList<>();
        Set<String> heldUp;
        Instant upgraded;
        try (Balancer balancer = new Balancer(cluster.gateways())) {
            Api api = Api.at(balancer);
            List<Customer> customers =
                    Stream.generate(() -> Customer.join(api)).limit(ACCOUNTS).toList();
            var load = new SteadyLoad<>(REQUESTS_PER_SECOND, number -> request(customers, number));
            try {
                cluster.install(next);
                replace("order-1");
                List<Placed> slowest = holdUp(customers.get(0));
                placed.addAll(slowest);
                heldUp = idsOf(slowest);
                cluster.run("stop", "order-2");
                assertThat(sagas.ownersOf(heldUp))
                        .as("sagas under way when the last node of the old release has gone")
                        .hasSize(HELD_UP);
                startNextReleaseOf("order-2");
                upgraded = Instant.now();
                replace("user-1", "inventory-1", "payment-1", "gateway-1", "gateway-2");
            } finally {
                load.end().stream().flatMap(Optional::stream).forEach(placed::add);
            }
        }
        assertThat(releases().keySet()).containsAll(cluster.nodes());
        assertThat(releases().values()).containsOnly(NextRelease.VERSION);
        List<Order> ended = new Invariants(shop, placed, Map.of(sku, UNITS)).hold();
        assertThat(ended).allMatch(order -> order.isConfirmed() != heldUp.contains(order.id()));
        keptTheirVersions(ended, heldUp, upgraded);
        findings.note("orders, of none of which a request failed", placed.size());
        findings.note("sagas under way that kept their version", heldUp.size());
    }

    private Optional<Placed> request(List<Customer> customers, int number) {
        Customer customer = customers.get(number / REQUESTS_PER_ORDER % ACCOUNTS);
        if (number % REQUESTS_PER_ORDER != 0) {
            customer.session().get("/api/v1/orders?limit=5").expect(200);
            return Optional.empty();
        }
        boolean slow = number / REQUESTS_PER_ORDER % ORDERS_PER_SLOW_ONE == 0;
        return Optional.of(buy(customer, slow ? "tok_slow" : "tok_ok"));
    }

    private Placed buy(Customer customer, String token) {
        Purchase purchase = Purchase.of(sku, 1).paidWith(token);
        return new Placed(customer, purchase, customer.buy(purchase).id());
    }

    /** Orders that are tried to be paid for half a minute, and then rejected. */
    private List<Placed> holdUp(Customer customer) {
        return IntStream.range(0, HELD_UP)
                .mapToObj(number -> buy(customer, "tok_down"))
                .toList();
    }

    private void replace(String... nodes) {
        for (String node : nodes) {
            cluster.run("stop", node);
            startNextReleaseOf(node);
        }
    }

    /** As who rolls a cluster does: the next node is not touched before this one is seen by the others. */
    private void startNextReleaseOf(String node) {
        cluster.run("start", node);
        await().atMost(SEEN_WITHIN)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(releases()).containsEntry(node, NextRelease.VERSION));
    }

    private static Set<String> idsOf(List<Placed> placed) {
        return placed.stream().map(Placed::orderId).collect(toSet());
    }

    /** Which release runs on each node, as the discovery knows it. */
    private Map<String, String> releases() {
        return shop.operator().instances().stream()
                .collect(toMap(
                        Instance::node,
                        Instance::version,
                        (one, other) -> one.equals(other) ? one : one + " and " + other));
    }

    /**
     * What was begun by the one release ends by its steps, in whatever process; what is begun by the next, by its own.
     */
    private void keptTheirVersions(List<Order> ended, Set<String> heldUp, Instant upgraded) {
        Set<String> ids = ended.stream().map(Order::id).collect(toSet());
        Map<String, Integer> versions = sagas.versionsOf(ids);
        assertThat(versions.values()).containsOnly(1, 2);
        assertThat(heldUp).map(versions::get).contains(1, 2);
        assertThat(ended)
                .filteredOn(order -> Instant.parse(order.createdAt()).isAfter(upgraded))
                .isNotEmpty()
                .allMatch(order -> versions.get(order.id()) == 2);
        assertThat(sagas.labelsOf(ids))
                .isEqualTo(ended.stream()
                        .filter(order -> versions.get(order.id()) == 2)
                        .collect(toMap(Order::id, Order::isConfirmed)));
    }
}
