package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token that the user service has not signed for us, or not for now. */
record Forgery(String what, String token) {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");

    /**
     * All kinds that we know.
     *
     * @param key one that is published
     */
    static Stream<Forgery> all(TestKey key) {
        JsonObject header = key.header();
        JsonObject claims = TestKey.claims(ADA, "operator");
        long later = Instant.now().plusSeconds(3_600).getEpochSecond();
        return Stream.of(
                new Forgery("no signature", TestKey.content(header.copy().put("alg", "none"), claims) + '.'),
                new Forgery("no signature, though it says so", TestKey.content(header, claims) + '.'),
                new Forgery("HS256 with the public key", signedWithPublicKey(key, claims)),
                new Forgery(
                        "a key that nobody published", key.sign(header.copy().put("kid", "another"), claims)),
                new Forgery(
                        "another key under a known id",
                        TestKey.create(key.jwk().kid()).sign(header, claims)),
                new Forgery("no id of a key", key.sign(without(header, "kid"), claims)),
                new Forgery("an identity token", key.sign(header.copy().put("typ", "JWT"), claims)),
                new Forgery("no type", key.sign(without(header, "typ"), claims)),
                new Forgery("another issuer", key.sign(header, claims.copy().put("iss", "https://evil.example"))),
                new Forgery("no issuer", key.sign(header, without(claims, "iss"))),
                new Forgery("another audience", key.sign(header, claims.copy().put("aud", "another-api"))),
                new Forgery("no audience", key.sign(header, without(claims, "aud"))),
                new Forgery("not yet valid", key.sign(header, claims.copy().put("nbf", later))),
                new Forgery("expired", key.sign(header, claims.copy().put("exp", 1_000))),
                new Forgery("no end", key.sign(header, without(claims, "exp"))),
                new Forgery("no subject", key.sign(header, without(claims, "sub"))),
                new Forgery(
                        "a subject that is no id",
                        key.sign(header, claims.copy().put("sub", "root"))),
                new Forgery("padded", key.sign(header, claims) + "=="),
                new Forgery("bits that no byte has", withSpareBits(key.sign(header, claims))),
                new Forgery("not a token", "a.b.c"),
                new Forgery("nothing", ""));
    }

    private static String signedWithPublicKey(TestKey key, JsonObject claims) {
        String content = TestKey.content(key.header().put("alg", "HS256"), claims);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.publicBytes(), "HmacSHA256"));
            byte[] tag = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
            return content + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The last of the 86 characters of a signature tells two bits more; decoders forgive what the other four are. */
    private static String withSpareBits(String token) {
        String lastOfEach = "AQgw";
        char last = token.charAt(token.length() - 1);
        assertThat(lastOfEach).as("how signatures end").contains(String.valueOf(last));
        return token.substring(0, token.length() - 1) + (char) (last + 1);
    }

    private static JsonObject without(JsonObject whole, String member) {
        JsonObject part = whole.copy();
        part.remove(member);
        return part;
    }

    @Override
    public String toString() {
        return what;
    }
}
