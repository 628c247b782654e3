package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of itself, of which nothing was verified yet: enough to know whom to ask whether it is true.
 *
 * @param type empty if it does not say
 * @param issuer whose token it claims to be
 */
record TokenHead(String algorithm, String type, String keyId, String issuer) {
    /**
     * Null unless it is a signed token that names its issuer and a key, encoded as RFC 7515 has it: verifiers of
     * signatures forgive what does not change the bytes, and a token that anybody can write in several ways is not one
     * token.
     */
    static @Nullable TokenHead of(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            decoded(parts[2]);
            JsonNode header = part(parts[0]);
            String keyId = header.path("kid").textValue();
            String issuer = part(parts[1]).path("iss").textValue();
            return keyId == null || issuer == null
                    ? null
                    : new TokenHead(
                            header.path("alg").asText(), header.path("typ").asText(), keyId, issuer);
        } catch (IOException | IllegalArgumentException malformed) {
            return null;
        }
    }

    private static JsonNode part(String encoded) throws IOException {
        return WireJson.READER.readTree(decoded(encoded));
    }

    private static byte[] decoded(String encoded) {
        byte[] bytes = Base64.getUrlDecoder().decode(encoded);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(encoded)) {
            throw new IllegalArgumentException("not base64url without padding");
        }
        return bytes;
    }
}
