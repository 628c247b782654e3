package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static List<StockLine> lines(Object... skusAndQuantities) {
        var lines = new java.util.ArrayList<StockLine>();
        for (int i = 0; i < skusAndQuantities.length; i += 2) {
            lines.add(new StockLine((String) skusAndQuantities[i], (Integer) skusAndQuantities[i + 1]));
        }
        return lines;
    }

    @Test
    void theLastUnitGoesToWhoeverComesFirst() {
        var availability = new Availability(Map.of("bell", 1));

        assertThat(availability.take(lines("bell", 1))).isEmpty();
        assertThat(availability.take(lines("bell", 1))).map(Refusal::code).contains(Refusals.OUT_OF_STOCK);

        assertThat(availability.changes()).containsExactly(Map.entry("bell", 1));
    }

    @Test
    void allLinesAreTakenOrNone() {
        var availability = new Availability(Map.of("bell", 5, "pole", 0));

        assertThat(availability.take(lines("bell", 5, "pole", 1)))
                .map(Refusal::facts)
                .contains(Map.of("sku", "pole", "available", 0));

        assertThat(availability.changes()).isEmpty();
        assertThat(availability.take(lines("bell", 5))).isEmpty();
    }

    @Test
    void aSmallerRequestFitsAfterALargerWasRefused() {
        var availability = new Availability(Map.of("bell", 3));

        assertThat(availability.take(lines("bell", 4)))
                .map(Refusal::facts)
                .contains(Map.of("sku", "bell", "available", 3));
        assertThat(availability.take(lines("bell", 3))).isEmpty();
    }

    @Test
    void aRefusalSaysWhatIsLeftAfterThoseBefore() {
        var availability = new Availability(Map.of("bell", 5));
        availability.take(lines("bell", 3));

        assertThat(availability.take(lines("bell", 3)))
                .map(Refusal::facts)
                .contains(Map.of("sku", "bell", "available", 2));
    }

    @Test
    void anUnknownSkuIsNamed() {
        var availability = new Availability(Map.of());

        Refusal refusal = availability.take(lines("ghost", 1)).orElseThrow();

        assertThat(refusal.code()).isEqualTo(Refusals.UNKNOWN_PRODUCT);
        assertThat(refusal.facts()).isEqualTo(Map.of("sku", "ghost"));
    }

    @Test
    void whatIsGivenBackCanBeTakenByTheNext() {
        var availability = new Availability(Map.of("bell", 0));

        availability.giveBack(lines("bell", 2));

        assertThat(availability.changes()).containsExactly(Map.entry("bell", -2));
        assertThat(availability.take(lines("bell", 2))).isEmpty();
        assertThat(availability.changes()).isEmpty();
    }
}
