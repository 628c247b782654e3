package io.trolleybus.model;

import java.util.regex.Pattern;

/**
 * An amount of money in minor units (cents), never a fraction.
 *
 * @param amount minor units of the currency; may be negative only as the result of a subtraction
 * @param currency ISO 4217 code, three capital letters
 */
public record Money(long amount, String currency) {
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /** @throws IllegalArgumentException if the currency is not three capital letters */
    public Money {
        if (!CURRENCY.matcher(currency).matches()) {
            throw new IllegalArgumentException("currency must be three capital letters, not " + currency);
        }
    }

    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    /** @throws IllegalArgumentException on another currency; ArithmeticException on overflow */
    public Money plus(Money other) {
        return new Money(Math.addExact(amount, sameCurrency(other).amount), currency);
    }

    /** @throws IllegalArgumentException on another currency; ArithmeticException on overflow */
    public Money minus(Money other) {
        return new Money(Math.subtractExact(amount, sameCurrency(other).amount), currency);
    }

    /** @throws ArithmeticException on overflow */
    public Money times(int factor) {
        return new Money(Math.multiplyExact(amount, factor), currency);
    }

    private Money sameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot mix " + currency + " with " + other.currency);
        }
        return other;
    }
}
