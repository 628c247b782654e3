package io.trolleybus.gateway;

import io.trolleybus.gateway.Issuer.Admitted;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells who a bearer token stands for. Verifying a signature costs about a millisecond, so what was verified is
 * remembered by the token's hash, for as long as its issuer says and has the key that signed it. For one event loop.
 */
final class Tokens {
    private static final int MAX_TOKEN_CHARS = 8_192;
    private static final long MS_PER_S = 1_000;

    private final InstantSource clock;
    private final Revocations revocations;
    private final Map<String, Issuer> issuers;
    private final MessageDigest digest = sha256();
    private final Map<ByteBuffer, Verified> remembered = new Remembered<>();

    /** @param keyId that of the key which signed it */
    private record Verified(Admitted admitted, Issuer issuer, String keyId) {}

    Tokens(InstantSource clock, Revocations revocations, List<Issuer> issuers) {
        this.clock = clock;
        this.revocations = revocations;
        this.issuers = issuers.stream().collect(Collectors.toUnmodifiableMap(Issuer::name, Function.identity()));
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
        return verified == null ? null : verified.admitted.caller();
    }

    private boolean isGood(Verified verified) {
        return verified.admitted.untilMs() > clock.millis()
                && verified.issuer.keys().include(verified.keyId)
                && !revocations.include(verified.admitted.caller().sessionId());
    }

    /** Fails with {@link Rejected} if the token is not valid, or as unavailable if that cannot be told. */
    Future<Caller> verify(String token) {
        TokenHead head = token.length() > MAX_TOKEN_CHARS ? null : TokenHead.of(token);
        Issuer issuer = head == null ? null : issuers.get(head.issuer());
        if (head == null || issuer == null || !issuer.takes(head)) {
            return Future.failedFuture(invalid());
        }
        return issuer.keys()
                .verify(token, head.keyId())
                .compose(claims -> admit(issuer, claims))
                .compose(admitted -> remember(token, new Verified(admitted, issuer, head.keyId())));
    }

    private Future<Admitted> admit(Issuer issuer, JsonObject claims) {
        try {
            long expiresMs = Math.multiplyExact(claims.getLong("exp", 0L), MS_PER_S);
            return expiresMs > clock.millis() ? issuer.admit(claims, expiresMs) : Future.failedFuture(invalid());
        } catch (ClassCastException | IllegalArgumentException | ArithmeticException malformed) {
            return Future.failedFuture(invalid());
        }
    }

    private Future<Caller> remember(String token, Verified verified) {
        if (!isGood(verified)) {
            return Future.failedFuture(invalid());
        }
        remembered.put(hash(token), verified);
        return Future.succeededFuture(verified.admitted.caller());
    }

    private ByteBuffer hash(String token) {
        return ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest sha256() {
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
