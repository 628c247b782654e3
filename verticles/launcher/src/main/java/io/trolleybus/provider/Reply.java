package io.trolleybus.provider;

import io.vertx.core.json.JsonObject;

/** What goes back to the client: an answer, or nothing at all. */
sealed interface Reply {
    record Answer(int status, JsonObject body) implements Reply {}

    /** The connection hangs, then closes. */
    record Silence() implements Reply {}
}
