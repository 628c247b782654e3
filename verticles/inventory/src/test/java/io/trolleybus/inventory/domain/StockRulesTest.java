package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StockRulesTest {
    private static final Stock FIVE_OF_TWELVE_RESERVED = new Stock("bell", 12, 5, 7);

    @ParameterizedTest
    @CsvSource({
        "bell, Bell, 0, 0, true",
        "a.B_c-9, Bell, 1000000000, 1000000000, true",
        "'', Bell, 1, 0, false",
        "a b, Bell, 1, 0, false",
        "bell/2, Bell, 1, 0, false",
        "glocke-ü, Bell, 1, 0, false",
        "bell, ' ', 1, 0, false",
        "bell, Bell, -1, 0, false",
        "bell, Bell, 1000000001, 0, false",
        "bell, Bell, 1, -1, false",
        "bell, Bell, 1, 1000000001, false"
    })
    void aProductIsCheckedByItsParts(String sku, String name, long price, int stock, boolean valid) {
        var refusal = StockRules.check(new AddProduct(sku, name, "", new Money(price, "EUR"), stock));

        assertThat(refusal.isEmpty()).isEqualTo(valid);
        refusal.ifPresent(why -> assertThat(why.code()).isEqualTo(Refusals.INVALID));
    }

    @Test
    void aSkuHasAtMost64Characters() {
        assertThat(StockRules.isSku("x".repeat(64))).isTrue();
        assertThat(StockRules.isSku("x".repeat(65))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MIN_VALUE, Integer.MAX_VALUE, -1_000_000_001})
    void aMovementMovesSomethingWithinReason(int quantity) {
        assertThat(StockRules.check(new MoveStock("bell", quantity, null, "count", "key")))
                .map(Refusal::code)
                .contains(Refusals.INVALID);
    }

    @Test
    void whatIsReservedCannotBeTakenAway() {
        assertThat(StockRules.check(new MoveStock("bell", -7, null, "count", "key"), FIVE_OF_TWELVE_RESERVED))
                .isEmpty();

        Refusal refusal = StockRules.check(new MoveStock("bell", -8, null, "count", "key"), FIVE_OF_TWELVE_RESERVED)
                .orElseThrow();

        assertThat(refusal.code()).isEqualTo(Refusals.BELOW_RESERVED);
        assertThat(refusal.facts()).isEqualTo(Map.of("sku", "bell", "reserved", 5, "available", 7));
    }

    @Test
    void thereIsALimitToWhatCanBeOnHand() {
        var full = new Stock("bell", StockRules.MAX_ON_HAND_UNITS, 0, StockRules.MAX_ON_HAND_UNITS);

        assertThat(StockRules.check(new MoveStock("bell", 1, null, "count", "key"), full))
                .map(Refusal::code)
                .contains(Refusals.INVALID);
    }

    @Test
    void aReservationHas1To100LinesOfDistinctSkus() {
        var most = IntStream.range(0, 100)
                .mapToObj(i -> new StockLine("sku" + i, 10_000))
                .toList();
        var tooMany = IntStream.range(0, 101)
                .mapToObj(i -> new StockLine("sku" + i, 1))
                .toList();

        assertThat(StockRules.check(most)).isEmpty();
        assertThat(StockRules.check(tooMany)).map(Refusal::code).contains(Refusals.INVALID);
        assertThat(StockRules.check(List.of())).map(Refusal::code).contains(Refusals.INVALID);
        assertThat(StockRules.check(List.of(new StockLine("bell", 1), new StockLine("bell", 1))))
                .map(Refusal::code)
                .contains(Refusals.INVALID);
        assertThat(StockRules.check(List.of(new StockLine("bell", 0))))
                .map(Refusal::code)
                .contains(Refusals.INVALID);
        assertThat(StockRules.check(List.of(new StockLine("bell", 10_001))))
                .map(Refusal::code)
                .contains(Refusals.INVALID);
        assertThat(StockRules.check(List.of(new StockLine("no such \"sku\"", 1))))
                .map(Refusal::code)
                .contains(Refusals.UNKNOWN_PRODUCT);
    }
}
