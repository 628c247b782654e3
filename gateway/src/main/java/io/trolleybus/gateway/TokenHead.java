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
    /** Null unless it is a signed token that names its issuer and a key. */
    static @Nullable TokenHead of(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
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
        return WireJson.READER.readTree(Base64.getUrlDecoder().decode(encoded));
    }
}
