package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.model.Principal;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.Jwk;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells who a bearer token stands for. Verifying a signature costs about a millisecond, so what was verified is
 * remembered by the token's hash until it expires. A token signed by a key we do not know makes us ask for the keys
 * anew, which drops what is remembered if they have changed. For one event loop.
 */
final class Tokens {
    private static final int MAX_TOKEN_CHARS = 4_096;

    /** Strangers can invent key ids, so that asking has a limit. */
    private static final long KEYS_PAUSE_MS = 5_000;

    /** Keys are known long before they sign, so that a new one costs nobody a refusal. */
    static final long KEYS_PERIOD_MS = 15_000;

    private static final String ALGORITHM = "ES256";

    /** The clock of whoever signed may be a little ahead of ours. */
    private static final int LEEWAY_S = 30;

    private static final JWTOptions DEMANDS = new JWTOptions()
            .setIssuer(TokenFormat.ISSUER)
            .addAudience(TokenFormat.AUDIENCE)
            .setLeeway(LEEWAY_S);
    private static final long MS_PER_S = 1_000;

    private final Vertx vertx;
    private final InstantSource clock;
    private final Supplier<Future<Jwks>> keySource;
    private final Revocations revocations;
    private final MessageDigest digest = sha256();
    private final Map<ByteBuffer, Verified> remembered = new Remembered<>();

    private @Nullable JWTAuth verifier;
    private Set<Jwk> keys = Set.of();
    private Set<String> keyIds = Set.of();
    private long keysAskedMs = Long.MIN_VALUE;
    private @Nullable Future<Void> asking;

    /** @param keyId that of the key which signed it */
    private record Verified(Caller caller, String keyId, long expiresMs) {}

    Tokens(Vertx vertx, InstantSource clock, Supplier<Future<Jwks>> keySource, Revocations revocations) {
        this.vertx = vertx;
        this.clock = clock;
        this.keySource = keySource;
        this.revocations = revocations;
    }

    /** Whom the token stands for if that was verified before, else null. */
    @Nullable
    Caller remembered(String token) {
        ByteBuffer hash = hash(token);
        Verified verified = remembered.get(hash);
        if (verified != null && !isGood(verified)) {
            remembered.remove(hash);
            return null;
        }
        return verified == null ? null : verified.caller;
    }

    private boolean isGood(Verified verified) {
        return verified.expiresMs > clock.millis() && !revocations.include(verified.caller.sessionId());
    }

    /** Fails with {@link Rejected} if the token is not valid, or as unavailable if its key cannot be had. */
    Future<Caller> verify(String token) {
        String keyId = token.length() > MAX_TOKEN_CHARS ? null : keyIdOf(token);
        if (keyId == null) {
            return Future.failedFuture(invalid());
        }
        return keyIds.contains(keyId)
                ? verifyWithKnownKey(token, keyId)
                : learnKeys()
                        .compose(learnt -> keyIds.contains(keyId)
                                ? verifyWithKnownKey(token, keyId)
                                : Future.failedFuture(invalid()));
    }

    private Future<Caller> verifyWithKnownKey(String token, String keyId) {
        JWTAuth known = verifier;
        if (known == null) {
            return Future.failedFuture(invalid());
        }
        return known.authenticate(new TokenCredentials(token)).transform(checked -> {
            Verified verified = checked.succeeded() ? verifiedOf(checked.result(), keyId) : null;
            if (verified == null) {
                return Future.failedFuture(invalid());
            }
            remembered.put(hash(token), verified);
            return Future.succeededFuture(verified.caller);
        });
    }

    /** What the claims say; null unless they name a user, an end in the future, and no session that was revoked. */
    private @Nullable Verified verifiedOf(User user, String keyId) {
        JsonObject claims = user.attributes().getJsonObject("accessToken");
        try {
            long expiresMs = claims.getLong("exp", 0L) * MS_PER_S;
            UUID id = UUID.fromString(claims.getString("sub", ""));
            List<String> roles = claims.getJsonArray("roles", new JsonArray()).stream()
                    .map(String::valueOf)
                    .toList();
            String session = claims.getString("sid");
            var caller = new Caller(Principal.user(id, roles), session == null ? null : UUID.fromString(session));
            var verified = new Verified(caller, keyId, expiresMs);
            return isGood(verified) ? verified : null;
        } catch (ClassCastException | IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** Asks for the keys; to be called every {@link #KEYS_PERIOD_MS}. Fails if they cannot be had. */
    Future<Void> refresh() {
        return keySource.get().map(jwks -> {
            adopt(jwks);
            return null;
        });
    }

    /** Asks once for all who wait; not at all if that was done just now. */
    private Future<Void> learnKeys() {
        Future<Void> underWay = asking;
        if (underWay != null) {
            return underWay;
        }
        if (verifier != null && clock.millis() < keysAskedMs + KEYS_PAUSE_MS) {
            return Future.succeededFuture();
        }
        keysAskedMs = clock.millis();
        Future<Void> asked = refresh();
        asking = asked;
        return asked.onComplete(done -> asking = null);
    }

    private void adopt(Jwks jwks) {
        Set<Jwk> fresh =
                jwks.keys().stream().filter(key -> ALGORITHM.equals(key.alg())).collect(Collectors.toUnmodifiableSet());
        if (fresh.equals(keys)) {
            return;
        }
        var options = new JWTAuthOptions().setJWTOptions(DEMANDS);
        fresh.forEach(key -> options.addJwk(JsonObject.mapFrom(key)));
        keys = fresh;
        keyIds = fresh.stream().map(Jwk::kid).collect(Collectors.toUnmodifiableSet());
        // What a key that is gone has signed is good no longer.
        remembered.values().removeIf(verified -> !keyIds.contains(verified.keyId));
        // Without a key the verifier would take unsigned tokens.
        verifier = fresh.isEmpty() ? null : JWTAuth.create(vertx, options);
    }

    /** The key that the token claims to be signed with; null unless it is one of our kind. */
    private static @Nullable String keyIdOf(String token) {
        int end = token.indexOf('.');
        if (end < 0) {
            return null;
        }
        try {
            JsonNode header = WireJson.READER.readTree(Base64.getUrlDecoder().decode(token.substring(0, end)));
            boolean ours = ALGORITHM.equals(header.path("alg").asText())
                    && TokenFormat.TYPE.equalsIgnoreCase(header.path("typ").asText());
            return ours ? header.path("kid").asText(null) : null;
        } catch (IOException | IllegalArgumentException malformed) {
            return null;
        }
    }

    private ByteBuffer hash(String token) {
        return ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static Rejected invalid() {
        return Rejected.withHeader(
                ProblemType.UNAUTHORIZED,
                "The token is not valid, or not any more.",
                Answer.AUTHENTICATE,
                Answer.CHALLENGE + ", error=\"invalid_token\"");
    }
}
