package io.trolleybus.gateway;

import io.trolleybus.model.UserMessages.Jwk;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** A key that signs tokens as the user service does. */
final class TestKey {
    private static final int COORDINATE_BYTES = 32;

    private final Jwk jwk;
    private final JWTAuth signer;

    private TestKey(Jwk jwk, JWTAuth signer) {
        this.jwk = jwk;
        this.signer = signer;
    }

    static TestKey create(Vertx vertx, String id) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var point = ((ECPublicKey) pair.getPublic()).getW();
            var jwk = new Jwk("EC", "P-256", text(point.getAffineX()), text(point.getAffineY()), id, "ES256", "sig");
            var secret = JsonObject.mapFrom(jwk).put("d", text(((ECPrivateKey) pair.getPrivate()).getS()));
            return new TestKey(jwk, JWTAuth.create(vertx, new JWTAuthOptions().addJwk(secret)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[COORDINATE_BYTES];
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(padded);
    }

    Jwk jwk() {
        return jwk;
    }

    String token(UUID user, String role) {
        return token(user, role, Instant.now().plusSeconds(600));
    }

    String token(UUID user, String role, Instant expires) {
        return token(user, role, UUID.randomUUID(), expires);
    }

    String token(UUID user, String role, UUID session) {
        return token(user, role, session, Instant.now().plusSeconds(600));
    }

    private String token(UUID user, String role, UUID session, Instant expires) {
        var claims = new JsonObject()
                .put("sub", user.toString())
                .put("sid", session.toString())
                .put("roles", new JsonArray().add(role))
                .put("exp", expires.getEpochSecond());
        var header = new JsonObject().put("kid", jwk.kid());
        return signer.generateToken(
                claims, new JWTOptions().setAlgorithm("ES256").setHeader(header));
    }
}
