package io.trolleybus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    @ParameterizedTest
    @CsvSource({"1999, 1, 2000, 1998", "0, 0, 0, 0", "5, 7, 12, -2", "-5, 7, 2, -12"})
    void amountsAreAddedAndSubtracted(long a, long b, long sum, long difference) {
        assertThat(eur(a).plus(eur(b))).isEqualTo(eur(sum));
        assertThat(eur(a).minus(eur(b))).isEqualTo(eur(difference));
    }

    @Test
    void anAmountIsMultiplied() {
        assertThat(eur(1999).times(3)).isEqualTo(eur(5997));
        assertThat(eur(1999).times(0)).isEqualTo(Money.zero("EUR"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eur", "EU", "EURO", "E R", "€€€", "EUR\n", "ÄUR"})
    void aCurrencyIsThreeCapitalLetters(String currency) {
        assertThatThrownBy(() -> new Money(1, currency))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("three capital letters");
    }

    @Test
    void currenciesAreNotMixed() {
        var francs = new Money(1, "CHF");

        assertThatThrownBy(() -> eur(1).plus(francs)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> eur(1).minus(francs)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatDoesNotFitIsRefusedRatherThanWrappedAround() {
        assertThatThrownBy(() -> eur(Long.MAX_VALUE).plus(eur(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> eur(Long.MIN_VALUE).minus(eur(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> eur(Long.MAX_VALUE).times(2)).isInstanceOf(ArithmeticException.class);
    }
}
