package io.trolleybus.user;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.User;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Access tokens: signed JSON Web Tokens (RFC 9068) that say who somebody is and what they may do. */
final class AccessTokens {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private record Header(String alg, String typ, String kid) {}

    /** Named as in RFC 7519, section 4.1, and OpenID Connect ({@code sid}); times in seconds since 1970. */
    private record Claims(
            String iss,
            String aud,
            String sub,
            String sid,
            List<String> roles,
            long iat,
            long nbf,
            long exp,
            String jti) {}

    private final Supplier<SigningKey> keys;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /** @param keys the one to sign with at that moment */
    AccessTokens(Supplier<SigningKey> keys, InstantSource clock, Supplier<UUID> ids) {
        this.keys = keys;
        this.clock = clock;
        this.ids = ids;
    }

    /** @param sessionId with which it ends */
    String issue(User user, UUID sessionId) {
        SigningKey key = keys.get();
        long now = clock.instant().getEpochSecond();
        var claims = new Claims(
                TokenFormat.ISSUER,
                TokenFormat.AUDIENCE,
                user.id().toString(),
                sessionId.toString(),
                user.roles(),
                now,
                now,
                now + TokenFormat.LIFETIME_S,
                ids.get().toString());
        String header = encoded(new Header("ES256", TokenFormat.TYPE, key.kid()));
        String content = header + '.' + encoded(claims);
        byte[] signature = key.sign(content.getBytes(StandardCharsets.US_ASCII));
        return content + '.' + BASE64URL.encodeToString(signature);
    }

    private static String encoded(Object part) {
        return BASE64URL.encodeToString(Json.write(part).getBytes(StandardCharsets.UTF_8));
    }
}
