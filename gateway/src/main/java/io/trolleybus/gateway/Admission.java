package io.trolleybus.gateway;

import io.trolleybus.gateway.Operation.Access;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request, and lets it in as often as the limit allows. A caller is limited as the principal it
 * proves to be; until it has, as its address, so that false tokens cannot keep us busy. For one event loop.
 */
final class Admission {
    private static final String SCHEME = "Bearer ";

    private final Tokens tokens;
    private final RateLimit limit;
    private final ClientAddress clients;

    Admission(Tokens tokens, RateLimit limit, ClientAddress clients) {
        this.tokens = tokens;
        this.limit = limit;
        this.clients = clients;
    }

    /** Fails with {@link Rejected} for those who are not let in. Whether a caller is permitted is asked apart. */
    Future<Caller> admit(Access access, HttpServerRequest request) {
        String token = access == Access.PUBLIC ? null : tokenOf(request.getHeader("Authorization"));
        if (token == null) {
            return limit(request, clients.of(request))
                    .compose(passed -> access == Access.PUBLIC || access == Access.OPTIONAL
                            ? Future.succeededFuture(Caller.ANONYMOUS)
                            : Future.failedFuture(missing()));
        }
        Caller known = tokens.remembered(token);
        if (known != null) {
            return limit(request, known.principal().name()).map(known);
        }
        return limit(request, clients.of(request)).compose(passed -> tokens.verify(token));
    }

    private Future<Void> limit(HttpServerRequest request, String key) {
        return limit.take(key).compose(grant -> {
            request.response()
                    .putHeader("RateLimit-Policy", limit.quota().policy())
                    .putHeader("RateLimit", grant.header());
            return grant.granted()
                    ? Future.succeededFuture()
                    : Future.failedFuture(grant.rejection(ProblemType.TOO_MANY_REQUESTS, "Slow down."));
        });
    }

    /** Fails with {@link Rejected} if the operation is not for that caller. */
    static Future<Caller> permitted(Access access, Caller caller) {
        return access == Access.OPERATOR && !caller.principal().isOperator()
                ? Future.failedFuture(Rejected.because(ProblemType.FORBIDDEN, "This is for operators only."))
                : Future.succeededFuture(caller);
    }

    private static @Nullable String tokenOf(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        return authorization.substring(SCHEME.length()).strip();
    }

    private static Rejected missing() {
        return Rejected.because(ProblemType.UNAUTHORIZED, "Send a token: Authorization: Bearer <token>.");
    }
}
