package io.trolleybus.gateway;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Somebody whose access tokens we take. For one event loop. */
interface Issuer {
    /** As its tokens name it ({@code iss}). */
    String name();

    /** Whether that may be one of its access tokens, and not one that was made for something else. */
    boolean takes(TokenHead head);

    IssuerKeys keys();

    /**
     * Whom the claims of a verified token stand for. Fails with {@link Rejected} if for nobody; may throw an
     * {@link IllegalArgumentException} or a {@link ClassCastException} if they are malformed.
     *
     * @param expiresMs when the token does
     */
    Future<Admitted> admit(JsonObject claims, long expiresMs);

    /** @param untilMs so long that need not be asked again */
    record Admitted(Caller caller, long untilMs) {}
}
