package io.trolleybus.provider;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An amount in minor units of a currency, as the bank counts it. */
record Money(long amount, String currency) {
    static final long MAX_AMOUNT = 1_000_000_000_000L;
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    static Money positive(@Nullable Object value) {
        if (!(value instanceof JsonObject json)) {
            throw new MalformedRequest("amount must be an object of amount and currency");
        }
        Object amount = json.getValue("amount");
        if (!(amount instanceof Integer || amount instanceof Long)) {
            throw new MalformedRequest("amount.amount must be an integer of minor units");
        }
        long units = ((Number) amount).longValue();
        if (units <= 0 || units > MAX_AMOUNT) {
            throw new MalformedRequest("amount.amount must be between 1 and " + MAX_AMOUNT);
        }
        if (!(json.getValue("currency") instanceof String currency
                && CURRENCY.matcher(currency).matches())) {
            throw new MalformedRequest("amount.currency must be three capital letters");
        }
        // Interned, since a million charges need not hold a million copies of "EUR".
        return new Money(units, currency.intern());
    }

    JsonObject toJson() {
        return new JsonObject().put("amount", amount).put("currency", currency);
    }

    Money withAmount(long units) {
        return new Money(units, currency);
    }
}
