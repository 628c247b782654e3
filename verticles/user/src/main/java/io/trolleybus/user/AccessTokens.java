package io.trolleybus.user;

import io.trolleybus.chassis.Json;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.User;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Access tokens: signed JSON Web Tokens (RFC 7519) that say who somebody is and what they may do. */
final class AccessTokens {
    static final String ISSUER = "trolleybus";

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private record Header(String alg, String typ, String kid) {}

    /** Named as in RFC 7519, section 4.1, and OpenID Connect ({@code sid}); times in seconds since 1970. */
    private record Claims(String iss, String sub, String sid, List<String> roles, long iat, long exp, String jti) {}

    private final SigningKey key;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final String header;

    AccessTokens(SigningKey key, InstantSource clock, Supplier<UUID> ids) {
        this.key = key;
        this.clock = clock;
        this.ids = ids;
        this.header = encoded(new Header("ES256", "JWT", key.kid()));
    }

    /** @param sessionId with which it ends */
    String issue(User user, UUID sessionId) {
        long now = clock.instant().getEpochSecond();
        var claims = new Claims(
                ISSUER,
                user.id().toString(),
                sessionId.toString(),
                user.roles(),
                now,
                now + UserMessages.ACCESS_TOKEN_LIFETIME_S,
                ids.get().toString());
        String content = header + '.' + encoded(claims);
        byte[] signature = key.sign(content.getBytes(StandardCharsets.US_ASCII));
        return content + '.' + BASE64URL.encodeToString(signature);
    }

    private static String encoded(Object part) {
        return BASE64URL.encodeToString(Json.write(part).getBytes(StandardCharsets.UTF_8));
    }
}
