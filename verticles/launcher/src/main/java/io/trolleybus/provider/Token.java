package io.trolleybus.provider;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a payment token makes the bank do. A token that it does not know is declined. */
enum Token {
    OK("tok_ok", null),
    DECLINED("tok_declined", "card_declined"),
    INSUFFICIENT_FUNDS("tok_insufficient_funds", "insufficient_funds"),
    /** Answers after two seconds. */
    SLOW("tok_slow", null),
    /** Fails twice per key with 503, then captures. */
    FLAKY("tok_flaky", null),
    /** Captures, and the answer never arrives. */
    LOST_REPLY("tok_lost_reply", null),
    /** Always 503. */
    DOWN("tok_down", null),
    /** Captures; a refund fails three times per key with 503, and is then made. */
    REFUND_FLAKY("tok_refund_flaky", null),
    /** Captures; a refund is always answered by 503. */
    REFUND_DOWN("tok_refund_down", null),
    /** Captures; a refund is made, and its answer never arrives. */
    REFUND_LOST_REPLY("tok_refund_lost_reply", null),
    UNKNOWN("", "invalid_token");

    private static final Map<String, Token> BY_WIRE_NAME = new HashMap<>();

    static {
        for (Token token : values()) {
            BY_WIRE_NAME.put(token.wireName, token);
        }
    }

    private final String wireName;
    private final @Nullable String declineCode;

    Token(String wireName, @Nullable String declineCode) {
        this.wireName = wireName;
        this.declineCode = declineCode;
    }

    static Token of(String wireName) {
        return BY_WIRE_NAME.getOrDefault(wireName, UNKNOWN);
    }

    String wireName() {
        return wireName;
    }

    /** The code that this token is declined with, or null when it is captured. */
    @Nullable
    String declineCode() {
        return declineCode;
    }
}
