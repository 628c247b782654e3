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
import org.junit.jupiter.api.parallel.ResourceLock;

/** What holds while nodes of a cluster come and go. The last of all, since it is hard on the platform it shares. */
@OnPlatform
@org.junit.jupiter.api.Order(Integer.MAX_VALUE)
@ResourceLock(Resources.PROVIDER)
final class ClusterTest {
    private static final int REQUESTS_PER_SECOND = 100;
    private static final int ACCOUNTS = 4;
    private static final long UNITS = 1_000_000;
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

    private final ClusterPlatform cluster;
    private final Shop shop;

    ClusterTest(Platform platform, Shop shop) {
        this.cluster = (ClusterPlatform) platform;
        this.shop = shop;
    }

    /** One order for three queries, at a steady rate while something is done to the cluster; none may fail. */
    private void failsNoRequestWhile(Runnable deed) throws InterruptedException {
        String sku = shop.operator().addProduct(Money.eur(1_000), UNITS);
        try (Balancer balancer = new Balancer(cluster.gateways())) {
            Api api = Api.at(balancer);
            List<Customer> customers =
                    Stream.generate(() -> Customer.join(api)).limit(ACCOUNTS).toList();
            var load = new SteadyLoad<>(REQUESTS_PER_SECOND, number -> {
                Customer customer = customers.get(number / 4 % ACCOUNTS);
                return number % 4 == 0 ? buy(customer, Purchase.of(sku, 1)) : look(customer);
            });
            List<Placed> placed;
            try {
                deed.run();
            } finally {
                placed = load.end().stream().flatMap(Optional::stream).toList();
            }
            assertThat(placed).hasSizeGreaterThan(REQUESTS_PER_SECOND);
            List<Order> ended = new Invariants(shop, placed, Map.of(sku, UNITS)).hold();
            assertThat(ended).allMatch(Order::isConfirmed);
        }
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
        failsNoRequestWhile(() -> {
            cluster.run("kill", "order-2");
            await().atMost(GONE_WITHIN)
                    .untilAsserted(
                            () -> assertThat(shop.operator().nodesOf("order")).containsExactly("order-1"));
        });
        cluster.run("start", "order-2");
        await().atMost(BACK_WITHIN)
                .untilAsserted(
                        () -> assertThat(shop.operator().nodesOf("order")).containsExactly("order-1", "order-2"));
    }
}
