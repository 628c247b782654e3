package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a dashboard's mistakes would be seen. */
final class PromQlTest {
    private static final Metrics SCRAPED = Metrics.scraped(List.of("""
            # HELP orders_total
            # TYPE orders_total counter
            orders_total{outcome="confirmed"} 3.0
            wait_seconds_bucket{operation="place",le="0.5"} 2
            running 0.0
            """));

    private static List<String> missing(String expression) {
        return SCRAPED.missingFor(PromQl.read(expression));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sum by (outcome) (rate(orders_total[5m])) > 0
            histogram_quantile(0.99, sum by (le, operation) (rate(wait_seconds_bucket{operation=~"pl.*"}[5m]))) > 0.5
            sum(running) > 0 and sum(rate(orders_total{outcome="confirmed"}[5m])) == 0
            count(up{job="trolleybus"} == 1) by (instance)
            max(running{instance=~".*"}) != min(running)
            """)
    void whatIsThereIsFound(String expression) {
        assertThat(missing(expression)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sum(rate(order_total[5m]))                     | order_total
            running / walking                              | walking
            rate(orders_total{outcome="lost"}[5m])         | lost
            rate(orders_total{reason="x"}[5m])             | reason
            sum by (colour) (rate(orders_total[5m]))       | label colour
            running > 0 unless on (shape) running          | label shape
            """)
    void whatIsNotThereIsNamed(String expression, String named) {
        assertThat(missing(expression)).singleElement().asString().contains(named);
    }

    @Test
    void everyNameIsReadOnce() {
        assertThat(PromQl.read("sum(rate(a_total{x=\"1\"}[5m])) / sum by (y) (rate(b_count[5m]))")
                        .selectors())
                .extracting(PromQl.Selector::name)
                .containsExactly("a_total", "b_count");
    }
}
