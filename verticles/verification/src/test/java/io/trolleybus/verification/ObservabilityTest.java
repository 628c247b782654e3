package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That no panel and no alert waits for a metric that nobody has. */
@OnPlatform
final class ObservabilityTest {
    /** Some are measured for the first time only after a while, such as a collection. */
    private static final Duration MEASURED_WITHIN = Duration.ofSeconds(60);

    @Test
    void everyPanelAndEveryAlertFindsItsMetricsAndLabels(Platform platform, Shop shop) {
        String sku = shop.operator().addProduct(Money.eur(500), 10);
        Customer customer = shop.newCustomer();
        List<Observability.Expression> expressions = Observability.expressions();
        assertThat(expressions).isNotEmpty();

        await().atMost(MEASURED_WITHIN).untilAsserted(() -> {
            customer.buyToTheEnd(Purchase.of(sku, 1));
            Metrics metrics = scrape(platform);
            assertThat(expressions)
                    .allSatisfy(expression -> assertThat(metrics.missingFor(PromQl.read(expression.text())))
                            .as("not found by %s: %s", expression.place(), expression.text())
                            .isEmpty());
        });
    }

    private static Metrics scrape(Platform platform) {
        return Metrics.scraped(platform.managements().stream()
                .map(node -> Api.at(node).get("/metrics").expect(200).body())
                .toList());
    }
}
