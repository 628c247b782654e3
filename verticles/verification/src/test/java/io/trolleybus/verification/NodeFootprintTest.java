package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What a node holds when it has nothing to do. */
@OnPlatform
@Isolated
final class NodeFootprintTest {
    private static final long MEMORY_AT_REST_BYTES = 256L * 1024 * 1024;
    private static final int ACCOUNTS = 30;

    /** So that what the burst took is given back. */
    private static final Duration AT_REST_WITHIN = Duration.ofSeconds(90);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final ClusterPlatform cluster;
    private final Shop shop;

    NodeFootprintTest(Platform platform, Shop shop) {
        this.cluster = (ClusterPlatform) platform;
        this.shop = shop;
    }

    /** Each account is two password hashes of 19 MB. */
    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void everyNodeIsSmallAgainAfterABurstOfLoginsAndOrders() {
        String sku = shop.operator().addProduct(Money.eur(500), ACCOUNTS);
        IntStream.range(0, ACCOUNTS).parallel().forEach(account -> shop.newCustomer()
                .buyToTheEnd(Purchase.of(sku, 1)));

        await().atMost(AT_REST_WITHIN).pollInterval(LOOK_EVERY).untilAsserted(() -> assertThat(
                        cluster.status().path("nodes"))
                .isNotEmpty()
                .allSatisfy(node -> assertThat(node.path("memoryBytes").asLong())
                        .as("memory of %s", node.path("name").asText())
                        .isBetween(1L, MEMORY_AT_REST_BYTES)));
    }
}
