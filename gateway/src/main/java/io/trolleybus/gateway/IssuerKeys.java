package io.trolleybus.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an issuer signs with now, and what it must say in a token besides. A token signed by a key we do not
 * know makes us ask for the keys anew. For one event loop.
 */
final class IssuerKeys {
    /** Strangers can invent key ids, so that asking has a limit. */
    private static final long PAUSE_MS = 5_000;

    private static final long PAUSE_AFTER_FAILURE_MS = 1_000;

    /** The clock of whoever signed may be a little ahead of ours. */
    private static final int LEEWAY_S = 30;

    private final Vertx vertx;
    private final InstantSource clock;
    private final JWTOptions demands;
    private final Supplier<Future<Set<JsonObject>>> source;

    private Set<JsonObject> keys = Set.of();
    private Set<String> ids = Set.of();
    private @Nullable JWTAuth verifier;
    private Future<Void> asked = Future.failedFuture("nobody has asked yet");
    private long askedMs = Long.MIN_VALUE / 2;

    /**
     * @param audience whom its tokens must be for
     * @param source asks for its keys as JSON Web Keys, each with {@code kid} and {@code alg}
     */
    IssuerKeys(
            Vertx vertx,
            InstantSource clock,
            String issuer,
            String audience,
            Supplier<Future<Set<JsonObject>>> source) {
        this.vertx = vertx;
        this.clock = clock;
        this.demands = new JWTOptions().setIssuer(issuer).addAudience(audience).setLeeway(LEEWAY_S);
        this.source = source;
    }

    /** Whether what was signed by that key is good still. */
    boolean include(String keyId) {
        return ids.contains(keyId);
    }

    /** The token's claims. Fails with {@link Rejected} if it is not valid, otherwise if its key cannot be had. */
    Future<JsonObject> verify(String token, String keyId) {
        return include(keyId) ? verify(token) : learn().compose(learnt -> verify(token));
    }

    private Future<JsonObject> verify(String token) {
        JWTAuth known = verifier;
        if (known == null) {
            return Future.failedFuture(Tokens.invalid());
        }
        // It throws at claims of another type than they should be.
        return Future.succeededFuture(new TokenCredentials(token))
                .compose(known::authenticate)
                .transform(checked -> checked.succeeded()
                        ? Future.succeededFuture(checked.result().attributes().getJsonObject("accessToken"))
                        : Future.failedFuture(Tokens.invalid()));
    }

    /** Asks for the keys. Fails if they cannot be had; those that are known stay then. */
    Future<Void> refresh() {
        return source.get().map(fresh -> {
            adopt(fresh);
            return null;
        });
    }

    /** Asks once for all who wait; not at all if that was done just now. */
    private Future<Void> learn() {
        long pauseMs = asked.succeeded() ? PAUSE_MS : PAUSE_AFTER_FAILURE_MS;
        if (asked.isComplete() && clock.millis() >= askedMs + pauseMs) {
            askedMs = clock.millis();
            asked = refresh();
        }
        return asked;
    }

    private void adopt(Set<JsonObject> fresh) {
        if (fresh.equals(keys)) {
            return;
        }
        // Without a key the verifier would take unsigned tokens.
        verifier = fresh.isEmpty() ? null : verifier(fresh);
        keys = fresh;
        ids = fresh.stream().map(key -> key.getString("kid")).collect(Collectors.toUnmodifiableSet());
    }

    private JWTAuth verifier(Set<JsonObject> fresh) {
        return JWTAuth.create(vertx, new JWTAuthOptions().setJWTOptions(demands).setJwks(List.copyOf(fresh)));
    }
}
