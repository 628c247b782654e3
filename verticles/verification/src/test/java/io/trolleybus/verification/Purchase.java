package io.trolleybus.verification;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * What a customer is about to buy, as the request that will say so. Sending the same purchase twice is a repeat with
 * the same Idempotency-Key.
 */
record Purchase(List<Line> lines, String token, String key, OptionalInt waitSeconds) {

    record Line(String sku, long quantity) {}

    static Purchase of(String sku, long quantity) {
        return new Purchase(
                List.of(new Line(sku, quantity)), "tok_ok", UUID.randomUUID().toString(), OptionalInt.empty());
    }

    Purchase and(String sku, long quantity) {
        List<Line> more = new ArrayList<>(lines);
        more.add(new Line(sku, quantity));
        return new Purchase(List.copyOf(more), token, key, waitSeconds);
    }

    Purchase paidWith(String otherToken) {
        return new Purchase(lines, otherToken, key, waitSeconds);
    }

    Purchase withKey(String otherKey) {
        return new Purchase(lines, token, otherKey, waitSeconds);
    }

    /** Asks for the answer when the order has ended, or after so many seconds. */
    Purchase waiting(int seconds) {
        return new Purchase(lines, token, key, OptionalInt.of(seconds));
    }

    Map<String, Object> body() {
        return Map.of("lines", lines, "payment", Map.of("token", token));
    }

    String[] headers() {
        return waitSeconds.isPresent()
                ? new String[] {"Idempotency-Key", key, "Prefer", "wait=" + waitSeconds.getAsInt()}
                : new String[] {"Idempotency-Key", key};
    }
}
