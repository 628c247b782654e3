package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What holds while nodes of a cluster come and go. The last of all, since it is hard on the platform it shares. */
@OnPlatform
@Isolated
@org.junit.jupiter.api.Order(Integer.MAX_VALUE)
final class ClusterTest {
    private static final int REQUESTS_PER_SECOND = 100;
    private static final int ACCOUNTS = 4;
    private static final long UNITS = 1_000_000;
    private static final int ORDERS_PER_SLOW_ONE = 2;
    private static final Duration SHARED_WITHIN = Duration.ofSeconds(20);
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(20);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

    /** What is still sent to who is gone fails later than whoever left is known to have gone. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);

    private final ClusterPlatform cluster;
    private final Shop shop;

    ClusterTest(Platform platform, Shop shop) {
        this.cluster = (ClusterPlatform) platform;
        this.shop = shop;
    }

    /**
     * One order for three queries, at a steady rate while something is done to the cluster; none may fail.
     *
     * @return what was bought
     */
    private List<Placed> failsNoRequestWhile(String sku, Runnable deed) throws InterruptedException {
        try (Balancer balancer = new Balancer(cluster.gateways())) {
            Api api = Api.at(balancer);
            List<Customer> customers =
                    Stream.generate(() -> Customer.join(api)).limit(ACCOUNTS).toList();
            var load = new SteadyLoad<>(REQUESTS_PER_SECOND, number -> {
                Customer customer = customers.get(number / 4 % ACCOUNTS);
                return number % 4 == 0 ? buy(customer, purchase(sku, number / 4)) : look(customer);
            });
            List<Placed> placed;
            try {
                deed.run();
                load.goOnFor(AFTERWARDS);
            } finally {
                placed = load.end().stream().flatMap(Optional::stream).toList();
            }
            assertThat(placed).hasSizeGreaterThan(REQUESTS_PER_SECOND);
            return placed;
        }
    }

    /** Some take two seconds to be paid, so that their sagas are under way whenever something happens. */
    private static Purchase purchase(String sku, int number) {
        return Purchase.of(sku, 1).paidWith(number % ORDERS_PER_SLOW_ONE == 0 ? "tok_slow" : "tok_ok");
    }

    private void assertAllConfirmed(String sku, List<Placed> placed) {
        List<Order> ended = new Invariants(shop, placed, Map.of(sku, UNITS)).hold();
        assertThat(ended).allMatch(Order::isConfirmed);
    }

    private String newProduct() {
        return shop.operator().addProduct(Money.eur(1_000), UNITS);
    }

    private void restart(String node) {
        cluster.run("stop", node);
        cluster.run("start", node);
    }

    private void awaitNodesOf(String service, Duration within, String... nodes) {
        await().atMost(within).untilAsserted(() -> assertThat(shop.operator().nodesOf(service))
                .containsExactly(nodes));
    }

    /** How many instances of a service have committed events on a node since it was started. */
    private static long appending(String service, Api node) {
        return node.get("/metrics")
                .expect(200)
                .body()
                .lines()
                .filter(line -> line.startsWith("trolleybus_journal_position{"))
                .filter(line -> line.contains("service=\"" + service + '"') && !line.endsWith("NaN"))
                .count();
    }

    private static Optional<Placed> buy(Customer customer, Purchase purchase) {
        return Optional.of(new Placed(customer, purchase, customer.buy(purchase).id()));
    }

    private static Optional<Placed> look(Customer customer) {
        customer.session().get("/api/v1/orders?limit=5").expect(200);
        return Optional.empty();
    }

    @Test
    @Timeout(300)
    void aNodeThatIsKilledFailsNoRequestAndIsSoonForgotten() throws InterruptedException {
        String sku = newProduct();

        List<Placed> placed = failsNoRequestWhile(sku, () -> {
            cluster.run("kill", "order-2");
            awaitNodesOf("order", GONE_WITHIN, "order-1");
        });

        assertAllConfirmed(sku, placed);
        cluster.run("start", "order-2");
        awaitNodesOf("order", BACK_WITHIN, "order-1", "order-2");
    }

    @Test
    @Timeout(300)
    void theInstancesOfANodeShareItsWorkAndWhatOneOwnedThatDoesNotComeBackIsTakenOver() throws InterruptedException {
        OrderSagas sagas = new OrderSagas(cluster.databases());
        String sku = newProduct();
        Api orders = Api.at(cluster.management("order-2"));
        Api inventory = Api.at(cluster.management("inventory-1"));
        cluster.runInstances(2);
        restart("inventory-1");
        restart("order-2");
        cluster.runInstances(1);
        awaitNodesOf("inventory", BACK_WITHIN, "inventory-1", "inventory-1");
        awaitNodesOf("order", BACK_WITHIN, "order-1", "order-2", "order-2");
        assertThat(sagas.leaseHolders()).containsExactly("order-1", "order-2", "order-2/2");

        List<Placed> placed = failsNoRequestWhile(sku, () -> {
            await().atMost(SHARED_WITHIN).untilAsserted(() -> {
                assertThat(appending("order", orders)).isEqualTo(2);
                assertThat(appending("inventory", inventory)).isEqualTo(2);
            });
            cluster.run("kill", "order-2");
            awaitNodesOf("order", GONE_WITHIN, "order-1");
        });
        cluster.run("start", "order-2");

        assertAllConfirmed(sku, placed);
        await().atMost(TAKEN_OVER_WITHIN)
                .untilAsserted(() -> assertThat(sagas.leaseHolders()).containsExactly("order-1", "order-2"));
        awaitNodesOf("order", BACK_WITHIN, "order-1", "order-2");
    }
}
