package io.trolleybus.user;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.UserMessages.Jwk;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Base64;

/**
 * A key pair on the curve P-256 that signs with ES256 (RFC 7518, section 3.4). Its id is its thumbprint (RFC 7638), so
 * one key never has two ids.
 */
final class SigningKey {
    private static final String CURVE = "secp256r1";
    private static final int COORDINATE_BYTES = 32;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    /** A private key as it is kept: the public members of RFC 7518, section 6.2, and {@code d}. */
    private record PrivateJwk(
            String kty, String crv, String x, String y, String d, String kid, String alg, String use) {
        Jwk publicPart() {
            return new Jwk(kty, crv, x, y, kid, alg, use);
        }

        @Override
        public String toString() {
            return "private key " + kid;
        }
    }

    private final PrivateJwk jwk;
    private final PrivateKey key;

    private SigningKey(PrivateJwk jwk) throws GeneralSecurityException {
        this.jwk = jwk;
        var curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec(CURVE));
        var d = new BigInteger(1, Base64.getUrlDecoder().decode(jwk.d));
        var spec = new ECPrivateKeySpec(d, curve.getParameterSpec(ECParameterSpec.class));
        this.key = KeyFactory.getInstance("EC").generatePrivate(spec);
    }

    static SigningKey generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            var pair = generator.generateKeyPair();
            var point = ((ECPublicKey) pair.getPublic()).getW();
            String x = coordinate(point.getAffineX());
            String y = coordinate(point.getAffineY());
            String d = coordinate(((ECPrivateKey) pair.getPrivate()).getS());
            return new SigningKey(new PrivateJwk("EC", "P-256", x, y, d, thumbprint(x, y), "ES256", "sig"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ES256", e);
        }
    }

    /** @throws IllegalArgumentException if the JSON is not such a key */
    static SigningKey parse(String json) {
        try {
            return new SigningKey(Json.read(json, PrivateJwk.class));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a private key on P-256", e);
        }
    }

    String kid() {
        return jwk.kid;
    }

    /** The private key as JSON, secret. */
    String toJson() {
        return Json.write(jwk);
    }

    Jwk publicJwk() {
        return jwk.publicPart();
    }

    /** The signature as R and S, 32 bytes each. */
    byte[] sign(byte[] content) {
        try {
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with key " + jwk.kid, e);
        }
    }

    private static String thumbprint(String x, String y) throws GeneralSecurityException {
        String canonical = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"}";
        var digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
        return BASE64URL.encodeToString(digest);
    }

    /** Big-endian, padded in front to the size of the curve. */
    private static String coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        var padded = new byte[COORDINATE_BYTES];
        int from = Math.max(0, bytes.length - COORDINATE_BYTES);
        int length = bytes.length - from;
        System.arraycopy(bytes, from, padded, COORDINATE_BYTES - length, length);
        return BASE64URL.encodeToString(padded);
    }
}
