package io.trolleybus.gateway;

import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.Jwk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** A key that signs tokens as the user service does, and otherwise. */
final class TestKey {
    private static final int COORDINATE_BYTES = 32;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final Jwk jwk;
    private final KeyPair pair;

    private TestKey(Jwk jwk, KeyPair pair) {
        this.jwk = jwk;
        this.pair = pair;
    }

    static TestKey create(String id) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            var point = ((ECPublicKey) pair.getPublic()).getW();
            var jwk = new Jwk("EC", "P-256", text(point.getAffineX()), text(point.getAffineY()), id, "ES256", "sig");
            return new TestKey(jwk, pair);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[COORDINATE_BYTES];
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
        return BASE64URL.encodeToString(padded);
    }

    Jwk jwk() {
        return jwk;
    }

    /** In X.509, as a forger would use it for a secret that both sides know. */
    byte[] publicBytes() {
        return pair.getPublic().getEncoded();
    }

    String token(UUID user, String role) {
        return token(user, role, Instant.now().plusSeconds(600));
    }

    String token(UUID user, String role, Instant expires) {
        return sign(header(), claims(user, role).put("exp", expires.getEpochSecond()));
    }

    String token(UUID user, String role, UUID session) {
        return sign(header(), claims(user, role).put("sid", session.toString()));
    }

    /** The header of a good token. */
    JsonObject header() {
        return new JsonObject().put("alg", "ES256").put("typ", TokenFormat.TYPE).put("kid", jwk.kid());
    }

    /** The claims of a good token. */
    static JsonObject claims(UUID user, String role) {
        long now = Instant.now().getEpochSecond();
        return new JsonObject()
                .put("iss", TokenFormat.ISSUER)
                .put("aud", TokenFormat.AUDIENCE)
                .put("sub", user.toString())
                .put("sid", UUID.randomUUID().toString())
                .put("roles", new JsonArray().add(role))
                .put("iat", now)
                .put("nbf", now)
                .put("exp", now + 600);
    }

    String sign(JsonObject header, JsonObject claims) {
        String content = content(header, claims);
        try {
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + '.' + BASE64URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A token but for its signature. */
    static String content(JsonObject header, JsonObject claims) {
        return encoded(header) + '.' + encoded(claims);
    }

    private static String encoded(JsonObject part) {
        return BASE64URL.encodeToString(part.encode().getBytes(StandardCharsets.UTF_8));
    }
}
