package io.trolleybus.order.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.Pricing.Price;
import io.trolleybus.order.domain.Pricing.Priced;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PricingTest {
    private static final Map<String, Price> PRICES = Map.of(
            "TEA", new Price("Green tea", eur(499)),
            "CUP", new Price("Cup", eur(1250)),
            "ROCK", new Price("A rock", new Money(100, "USD")),
            "YACHT", new Price("A yacht", eur(Pricing.MAX_TOTAL)),
            "MOON", new Price("The moon", eur(Long.MAX_VALUE)));

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static LineRequest line(String sku, int quantity) {
        return new LineRequest(sku, quantity);
    }

    @Test
    void linesArePricedInTheirOrderAndSummedUp() {
        assertThat(Pricing.price(List.of(line("CUP", 1), line("TEA", 3)), PRICES))
                .isEqualTo(Reply.done(new Priced(
                        List.of(
                                new OrderLine("CUP", "Cup", 1, eur(1250), eur(1250)),
                                new OrderLine("TEA", "Green tea", 3, eur(499), eur(1497))),
                        eur(2747))));
    }

    @Test
    void theLargestTotalIsAllowed() {
        assertThat(Pricing.price(List.of(line("YACHT", 1)), PRICES)).isInstanceOf(Reply.Done.class);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("no line", List.of(), Refusals.INVALID),
                Arguments.of("one unknown SKU", List.of(line("NIL", 1)), Refusals.UNKNOWN_PRODUCT),
                Arguments.of(
                        "an unknown SKU at last", List.of(line("TEA", 1), line("NIL", 1)), Refusals.UNKNOWN_PRODUCT),
                Arguments.of("two currencies", List.of(line("TEA", 1), line("ROCK", 1)), Refusals.MIXED_CURRENCIES),
                Arguments.of("a cent too much", List.of(line("YACHT", 1), line("TEA", 1)), Refusals.TOTAL_TOO_LARGE),
                Arguments.of("twice the largest", List.of(line("YACHT", 2)), Refusals.TOTAL_TOO_LARGE),
                Arguments.of("a line that overflows", List.of(line("MOON", 2)), Refusals.TOTAL_TOO_LARGE),
                Arguments.of(
                        "a sum that overflows", List.of(line("MOON", 1), line("TEA", 1)), Refusals.TOTAL_TOO_LARGE));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("refusals")
    void whatCannotBePricedIsRefused(String what, List<LineRequest> lines, String code) {
        assertThat(refusal(lines).code()).isEqualTo(code);
    }

    @Test
    void anUnknownSkuIsNamed() {
        assertThat(refusal(List.of(line("TEA", 1), line("NIL", 1))).facts()).isEqualTo(Map.of("sku", "NIL"));
    }

    private static Refusal refusal(List<LineRequest> lines) {
        return Pricing.price(lines, PRICES)
                .fold(
                        priced -> {
                            throw new AssertionError("was priced: " + priced);
                        },
                        refusal -> refusal);
    }
}
