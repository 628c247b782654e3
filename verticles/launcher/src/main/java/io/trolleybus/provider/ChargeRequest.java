package io.trolleybus.provider;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a client asked to be charged; two requests under one key must be equal. */
record ChargeRequest(String paymentId, String orderId, Money amount, String token) {
    private static final int MAX_TOKEN_CHARS = 128;

    static ChargeRequest fromJson(JsonObject json) {
        return new ChargeRequest(
                Identifier.require("paymentId", json.getValue("paymentId")),
                Identifier.require("orderId", json.getValue("orderId")),
                Money.positive(json.getValue("amount")),
                token(json.getValue("token")));
    }

    private static String token(@Nullable Object value) {
        if (!(value instanceof String token) || token.isEmpty() || token.length() > MAX_TOKEN_CHARS) {
            throw new MalformedRequest("token must be a string of 1 to " + MAX_TOKEN_CHARS + " characters");
        }
        Token known = Token.of(token);
        // The constant's own string, so that a stored charge does not keep a copy of it.
        return known == Token.UNKNOWN ? token : known.wireName();
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("paymentId", paymentId)
                .put("orderId", orderId)
                .put("amount", amount.toJson())
                .put("token", token);
    }

    /** Without the token, so that it can be logged. */
    @Override
    public String toString() {
        return "ChargeRequest " + paymentId + " of " + amount + " for order " + orderId;
    }
}
