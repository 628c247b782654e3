package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The database server of all services falls silent, or falls down. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class PostgresChaosTest {
    private static final Duration FROZEN = Duration.ofSeconds(30);
    private static final Duration AFTER = Duration.ofSeconds(25);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(10);
    private static final Duration AT_ALL_WITHIN = Duration.ofSeconds(60);
    private static final StubbornBuyer BUYER = new StubbornBuyer(Set.of(409, 503), true, AT_ALL_WITHIN);

    private final ClusterPlatform cluster = ClusterPlatform.fresh("postgres");
    private final PostgresServer server = new PostgresServer(cluster.dataDir());

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    void theServerFreezes() throws InterruptedException {
        befalls("postgres frozen", ordeal -> {
            List<Long> pids = server.freeze();
            try {
                ordeal.lasts(FROZEN);
            } finally {
                Signals.wake(pids);
            }
        });
    }

    @Test
    void theServerFallsDownAndIsStartedAgain() throws InterruptedException {
        befalls("postgres restarted", ordeal -> server.restartImmediately());
    }

    private void befalls(String name, Consumer<Ordeal> fault) throws InterruptedException {
        try (Ordeal ordeal = new Ordeal(name, cluster)) {
            Customer customer = ordeal.shop().newCustomer();
            Purchase purchase = Purchase.of(ordeal.shop().operator().addProduct(Money.eur(1_000), 1), 1);
            Instant begun = Instant.now();
            fault.accept(ordeal);
            Instant returned = Instant.now();
            Placed first = BUYER.buy(customer, purchase);
            await().atMost(AT_ALL_WITHIN)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> customer.order(first.orderId()).isConfirmed());
            Duration confirmed = Duration.between(returned, Instant.now());
            ordeal.lasts(AFTER);
            Samples samples = ordeal.end();
            Findings findings = ordeal.findings();
            findings.within("an order was confirmed again", Optional.of(confirmed), RECOVERED_WITHIN);
            findings.within(
                    "normal after its return", samples.normalAfter(returned, ordeal.normal()), RECOVERED_WITHIN);
            ordeal.noteErrors("since the fault", samples, begun);
            findings.note("away", Duration.between(begun, returned));
            Map<String, Long> others =
                    samples.failed().where(sample -> !sample.isUnavailable()).outcomes();
            findings.none("errors but 503", others, others.isEmpty());
            findings.judge();
        }
    }
}
