package io.trolleybus.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An OpenID provider with keys of its own, over real HTTP, which can go down and come back. */
final class TestIssuer implements AutoCloseable {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    final AtomicInteger asked = new AtomicInteger();
    private final int port;
    private @Nullable HttpServer server;
    private volatile String keys = "{}";
    private volatile @Nullable String document;

    /** A key that signs by that algorithm. */
    record IssuerKey(String id, String algorithm, KeyPair pair) {
        static IssuerKey create(String id, String algorithm) {
            return create(id, algorithm, 2_048);
        }

        static IssuerKey create(String id, String algorithm, int rsaBits) {
            try {
                boolean elliptic = algorithm.startsWith("ES");
                var generator = KeyPairGenerator.getInstance(elliptic ? "EC" : "RSA");
                if (elliptic) {
                    generator.initialize(new ECGenParameterSpec("secp256r1"));
                } else {
                    generator.initialize(rsaBits);
                }
                return new IssuerKey(id, algorithm, generator.generateKeyPair());
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        /** As many providers publish it: an RSA key does not say by which algorithm it signs. */
        JsonObject jwk() {
            var jwk = new JsonObject().put("kid", id).put("use", "sig").put("x5t", "ignored");
            if (pair.getPublic() instanceof ECPublicKey key) {
                return jwk.put("kty", "EC")
                        .put("crv", "P-256")
                        .put("alg", algorithm)
                        .put("x", unsigned(key.getW().getAffineX().toByteArray(), 32))
                        .put("y", unsigned(key.getW().getAffineY().toByteArray(), 32));
            }
            var key = (RSAPublicKey) pair.getPublic();
            return jwk.put("kty", "RSA")
                    .put(
                            "n",
                            unsigned(
                                    key.getModulus().toByteArray(),
                                    key.getModulus().bitLength() / 8))
                    .put("e", unsigned(key.getPublicExponent().toByteArray(), 3));
        }

        private static String unsigned(byte[] number, int length) {
            byte[] padded = new byte[length];
            int taken = Math.min(number.length, length);
            System.arraycopy(number, number.length - taken, padded, length - taken, taken);
            return BASE64URL.encodeToString(padded);
        }

        String sign(JsonObject claims) {
            return sign(new JsonObject().put("alg", algorithm).put("typ", "JWT").put("kid", id), claims);
        }

        String sign(JsonObject header, JsonObject claims) {
            String content = TestKey.content(header, claims);
            try {
                Signature signature = signature();
                signature.initSign(pair.getPrivate());
                signature.update(content.getBytes(StandardCharsets.US_ASCII));
                return content + '.' + BASE64URL.encodeToString(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        private Signature signature() throws GeneralSecurityException {
            if (algorithm.equals("PS256")) {
                var signature = Signature.getInstance("RSASSA-PSS");
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                return signature;
            }
            return Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
        }
    }

    private TestIssuer(int port) {
        this.port = port;
    }

    /** One that is down still. */
    static TestIssuer create() {
        return new TestIssuer(freePort());
    }

    private static int freePort() {
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return "http://127.0.0.1:" + port + "/realm";
    }

    OidcSettings settings() {
        return new OidcSettings(name(), "api", null, "realm_access.roles", "shop-operator");
    }

    TestIssuer publish(IssuerKey... published) {
        return publishRaw(new JsonObject()
                .put(
                        "keys",
                        new JsonArray(
                                Arrays.stream(published).map(IssuerKey::jwk).toList()))
                .encode());
    }

    TestIssuer publishRaw(String text) {
        keys = text;
        return this;
    }

    /** Gives another discovery document than a good one. */
    void describe(JsonObject other) {
        document = other.encode();
    }

    TestIssuer up() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.createContext("/", this::answer);
            started.start();
            server = started;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = path.endsWith(DISCOVERY) ? discovery() : keys;
        if (!path.endsWith(DISCOVERY)) {
            asked.incrementAndGet();
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private String discovery() {
        String other = document;
        return other == null
                ? new JsonObject()
                        .put("issuer", name())
                        .put("jwks_uri", name() + "/keys")
                        .encode()
                : other;
    }

    /** The claims of a good token. */
    JsonObject claims(String subject) {
        long now = Instant.now().getEpochSecond();
        return new JsonObject()
                .put("iss", name())
                .put("aud", new JsonArray(List.of("account", "api")))
                .put("sub", subject)
                .put("iat", now)
                .put("nbf", now)
                .put("exp", now + 3_600);
    }

    @Override
    public void close() {
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
            server = null;
        }
    }
}
