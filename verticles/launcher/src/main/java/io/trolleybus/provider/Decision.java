package io.trolleybus.provider;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What the bank answers, and what it has to write down first.
 *
 * @param entry null when nothing new was decided
 */
record Decision(int status, JsonObject body, @Nullable LedgerEntry entry) {
    static Decision answer(int status, JsonObject body) {
        return new Decision(status, body, null);
    }

    static Decision error(int status, String error) {
        return answer(status, new JsonObject().put("error", error));
    }

    static Decision keyReused() {
        return error(422, "this Idempotency-Key was used with another body");
    }
}
