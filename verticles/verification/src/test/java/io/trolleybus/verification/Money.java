package io.trolleybus.verification;

/** An amount in minor units of a currency. */
record Money(long amount, String currency) {

    static Money eur(long cents) {
        return new Money(cents, "EUR");
    }
}
