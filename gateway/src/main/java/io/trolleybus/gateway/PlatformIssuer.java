package io.trolleybus.gateway;

import io.trolleybus.model.Principal;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Our own user service, as an issuer of tokens. */
final class PlatformIssuer implements Issuer {
    /** Keys are known long before they sign, so that a new one costs nobody a refusal. */
    static final long KEYS_PERIOD_MS = 15_000;

    private static final String ALGORITHM = "ES256";

    private final IssuerKeys keys;

    PlatformIssuer(Vertx vertx, InstantSource clock, Supplier<Future<Jwks>> source) {
        this.keys = new IssuerKeys(vertx, clock, TokenFormat.ISSUER, TokenFormat.AUDIENCE, () -> source.get()
                .map(PlatformIssuer::usable));
    }

    private static Set<JsonObject> usable(Jwks jwks) {
        return jwks.keys().stream()
                .filter(key -> ALGORITHM.equals(key.alg()))
                .map(JsonObject::mapFrom)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String name() {
        return TokenFormat.ISSUER;
    }

    @Override
    public boolean takes(TokenHead head) {
        return ALGORITHM.equals(head.algorithm()) && TokenFormat.TYPE.equalsIgnoreCase(head.type());
    }

    @Override
    public IssuerKeys keys() {
        return keys;
    }

    @Override
    public Future<Admitted> admit(JsonObject claims, long expiresMs) {
        UUID id = UUID.fromString(claims.getString("sub", ""));
        List<String> roles = claims.getJsonArray("roles", new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
        String session = claims.getString("sid");
        var caller = new Caller(Principal.user(id, roles), session == null ? null : UUID.fromString(session));
        return Future.succeededFuture(new Admitted(caller, expiresMs));
    }
}
