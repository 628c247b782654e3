package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowStockRuleTest {
    @ParameterizedTest(name = "threshold {0}, from {1} to {2}: {3}")
    @CsvSource({
        "5, 6, 5, false",
        "5, 5, 4, true",
        "5, 100, 0, true",
        "5, 4, 3, false",
        "5, 4, 4, false",
        "5, 3, 7, false",
        "5, 5, 5, false",
        "0, 1, 0, false"
    })
    void itIsTheFallBelowTheThresholdThatIsTold(int threshold, int before, int after, boolean told) {
        assertThat(new LowStock(threshold).crossing("bell", before, after).isPresent())
                .isEqualTo(told);
    }
}
