package io.trolleybus.gateway;

import io.trolleybus.chassis.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider whose access tokens are taken, beside our own.
 *
 * @param issuer as its tokens and its discovery document name it
 * @param audience whom its tokens must be for: this API
 * @param jwksUrl where its keys are; null to ask its discovery document
 * @param rolesClaim the claim that lists a user's roles, or its path, such as {@code realm_access.roles}
 * @param operatorRole the role that makes an operator; null if none does
 */
public record OidcSettings(
        String issuer,
        String audience,
        @Nullable URI jwksUrl,
        String rolesClaim,
        @Nullable String operatorRole) {
    public static final String ISSUER = "gateway.oidc.issuer";
    public static final String AUDIENCE = "gateway.oidc.audience";
    public static final String JWKS_URL = "gateway.oidc.jwks-url";
    public static final String ROLES_CLAIM = "gateway.oidc.roles-claim";
    public static final String OPERATOR_ROLE = "gateway.oidc.operator-role";

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "[::1]");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    /**
     * Null if there is none.
     *
     * @throws IllegalArgumentException naming the key whose value is missing or impossible
     */
    static @Nullable OidcSettings from(Settings settings) {
        String issuer = settings.textOrEmpty(ISSUER);
        if (issuer.isEmpty()) {
            return null;
        }
        url(ISSUER, issuer);
        String jwksUrl = settings.textOrEmpty(JWKS_URL);
        String operatorRole = settings.textOrEmpty(OPERATOR_ROLE);
        return new OidcSettings(
                issuer,
                settings.text(AUDIENCE),
                jwksUrl.isEmpty() ? null : url(JWKS_URL, jwksUrl),
                settings.text(ROLES_CLAIM),
                operatorRole.isEmpty() ? null : operatorRole);
    }

    private static URI url(String key, String text) {
        URI url = trustworthy(text);
        if (url == null || url.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    key + " must be a URL with https, or with http on this machine, not '" + text + "'");
        }
        return url;
    }

    /** Keys that come from there can be believed; null if not, since somebody on the way could give us others. */
    static @Nullable URI trustworthy(String text) {
        try {
            URI url = new URI(text);
            String host = url.getHost();
            boolean plain = host != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
            boolean isPrivate = "https".equals(url.getScheme())
                    || ("http".equals(url.getScheme()) && host != null && isThisMachine(host));
            return plain && isPrivate ? url : null;
        } catch (URISyntaxException malformed) {
            return null;
        }
    }

    private static boolean isThisMachine(String host) {
        return THIS_MACHINE.contains(host) || LOOPBACK.matcher(host).matches();
    }
}
