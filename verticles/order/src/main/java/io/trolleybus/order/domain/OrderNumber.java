package io.trolleybus.order.domain;

import java.util.UUID;

/**
 * An order's number as a person reads it out: twelve characters of Crockford's Base32 (no I, L, O, U) from the 60
 * lowest bits of its id, which are random, so that two of ten million orders share one with a chance below 1 in 20,000.
 */
public final class OrderNumber {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int GROUPS = 3;
    private static final int GROUP_CHARS = 4;
    private static final int BITS_PER_CHAR = 5;

    private OrderNumber() {}

    public static String of(UUID orderId) {
        long bits = orderId.getLeastSignificantBits();
        var text = new StringBuilder();
        for (int i = GROUPS * GROUP_CHARS - 1; i >= 0; i--) {
            text.append(DIGITS.charAt((int) (bits >>> (i * BITS_PER_CHAR)) & (DIGITS.length() - 1)));
            if (i > 0 && i % GROUP_CHARS == 0) {
                text.append('-');
            }
        }
        return text.toString();
    }
}
