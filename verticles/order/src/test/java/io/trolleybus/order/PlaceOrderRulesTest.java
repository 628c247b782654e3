package io.trolleybus.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlaceOrderRulesTest {
    private static final List<LineRequest> ONE = lines(1);

    private static List<LineRequest> lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new LineRequest("SKU-" + i, 1))
                .toList();
    }

    private static List<LineRequest> quantity(int quantity) {
        return List.of(new LineRequest("SKU", quantity));
    }

    static Stream<PlaceOrder> good() {
        return Stream.of(
                new PlaceOrder("k", ONE, "t", 0),
                new PlaceOrder("k".repeat(255), lines(100), "t".repeat(255), 30_000),
                new PlaceOrder("k", quantity(10_000), "t", 0));
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatKeepsToTheRulesIsTaken(PlaceOrder command) {
        assertThat(PlaceOrderRules.check(command)).isEmpty();
    }

    static Stream<Arguments> bad() {
        var twice = List.of(new LineRequest("A", 1), new LineRequest("A", 2));
        return Stream.of(
                Arguments.of(new PlaceOrder("k", List.of(), "t", 0), "an order has 1 to 100 lines"),
                Arguments.of(new PlaceOrder("k", lines(101), "t", 0), "an order has 1 to 100 lines"),
                Arguments.of(new PlaceOrder("", ONE, "t", 0), "a key has 1 to 255 characters"),
                Arguments.of(new PlaceOrder("k".repeat(256), ONE, "t", 0), "a key has 1 to 255 characters"),
                Arguments.of(new PlaceOrder("k", ONE, "", 0), "a payment token has 1 to 255 characters"),
                Arguments.of(new PlaceOrder("k", ONE, "t".repeat(256), 0), "a payment token has 1 to 255 characters"),
                Arguments.of(new PlaceOrder("k", ONE, "t", -1), "waitMs is 0 to 30000"),
                Arguments.of(new PlaceOrder("k", ONE, "t", 30_001), "waitMs is 0 to 30000"),
                Arguments.of(new PlaceOrder("k", quantity(0), "t", 0), "the quantity of SKU must be 1 to 10000"),
                Arguments.of(new PlaceOrder("k", quantity(-1), "t", 0), "the quantity of SKU must be 1 to 10000"),
                Arguments.of(new PlaceOrder("k", quantity(10_001), "t", 0), "the quantity of SKU must be 1 to 10000"),
                Arguments.of(new PlaceOrder("k", twice, "t", 0), "A stands in two lines"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatBreaksARuleIsRefused(PlaceOrder command, String detail) {
        assertThat(PlaceOrderRules.check(command)).contains(Refusal.of(Refusals.INVALID, detail));
    }
}
