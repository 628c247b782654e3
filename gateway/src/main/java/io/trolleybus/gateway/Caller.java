package io.trolleybus.gateway;

import io.trolleybus.model.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param sessionId the session that the access token belongs to; null without a token
 */
record Caller(Principal principal, @Nullable UUID sessionId) {
    static final Caller ANONYMOUS = new Caller(Principal.ANONYMOUS, null);
}
