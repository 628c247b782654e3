package io.trolleybus.gateway;

import io.trolleybus.model.Principal;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider as an issuer of tokens. Its subjects are our users under ids that derive from theirs; the user
 * service makes an account for each that comes, and says whether it is kept out.
 */
final class OidcIssuer implements Issuer {
    /** A key that is gone is taken no longer after that. */
    static final long KEYS_PERIOD_MS = 300_000;

    /** Many providers do not say that a token is one for access; it is told by whom it is for. */
    private static final Set<String> TYPES = Set.of("", "jwt", TokenFormat.TYPE, "application/" + TokenFormat.TYPE);

    /** Of the ids that derive from subjects; drawn by lot once. */
    private static final UUID SUBJECTS = UUID.fromString("6d1a8f0e-52c7-4b0b-9c1c-7be3a0f5d2e4");

    private static final UUID TOKENS = UUID.fromString("b1f4c6d2-3a97-4f7e-8a55-0c9d64e1b7a8");

    /** Longer than any provider's, by OpenID Connect Core 1.0, section 2. */
    private static final int MAX_SUBJECT_CHARS = 255;

    private static final int MAX_NAME_CHARS = 200;
    private static final String NAMELESS = "Customer";
    private static final long MS_PER_S = 1_000;

    private final InstantSource clock;
    private final OidcSettings settings;
    private final Function<AdmitUser, Future<User>> users;
    private final IssuerKeys keys;

    /** @param users lets a user in; fails with {@link Rejected} if the user is kept out */
    OidcIssuer(
            Vertx vertx,
            InstantSource clock,
            OidcSettings settings,
            Supplier<Future<Set<JsonObject>>> keySource,
            Function<AdmitUser, Future<User>> users) {
        this.clock = clock;
        this.settings = settings;
        this.users = users;
        this.keys = new IssuerKeys(vertx, clock, settings.issuer(), settings.audience(), keySource);
    }

    @Override
    public String name() {
        return settings.issuer();
    }

    @Override
    public boolean takes(TokenHead head) {
        return OidcKeys.ALL_ALGORITHMS.contains(head.algorithm())
                && TYPES.contains(head.type().toLowerCase(Locale.ROOT));
    }

    @Override
    public IssuerKeys keys() {
        return keys;
    }

    /** Not remembered for longer than one of our own tokens lives, since that a session has ended is told so long. */
    @Override
    public Future<Admitted> admit(JsonObject claims, long expiresMs) {
        AdmitUser user = userOf(claims, expiresMs);
        long untilMs = Math.min(expiresMs, clock.millis() + TokenFormat.LIFETIME_S * MS_PER_S);
        var caller = new Caller(Principal.user(user.userId(), user.roles()), user.sessionId());
        return users.apply(user)
                .map(let -> new Admitted(caller, untilMs))
                .recover(cause -> Future.failedFuture(cause instanceof Rejected ? Tokens.invalid() : cause));
    }

    private AdmitUser userOf(JsonObject claims, long expiresMs) {
        // Where it is a number, that of the text would be another subject of the same name.
        String subject = claims.getValue("sub") instanceof String text ? text : "";
        if (subject.isEmpty() || subject.length() > MAX_SUBJECT_CHARS) {
            throw new IllegalArgumentException("a token names no subject");
        }
        boolean verified = Boolean.TRUE.equals(claims.getValue("email_verified"));
        return new AdmitUser(
                // No space stands in an issuer's URL, so no two pairs are one name.
                NameBasedUuid.of(SUBJECTS, settings.issuer() + ' ' + subject),
                // Of the claims and not of the text, which can be written in more than one way.
                NameBasedUuid.of(TOKENS, claims.encode()),
                Instant.ofEpochMilli(expiresMs),
                verified ? claims.getString("email") : null,
                nameOf(claims),
                rolesOf(claims));
    }

    private static String nameOf(JsonObject claims) {
        String name = claims.getString("name", claims.getString("preferred_username", ""));
        String stripped = name == null ? "" : name.strip();
        if (stripped.isEmpty()) {
            return NAMELESS;
        }
        return stripped.length() <= MAX_NAME_CHARS ? stripped : stripped.substring(0, MAX_NAME_CHARS);
    }

    private List<String> rolesOf(JsonObject claims) {
        String operatorRole = settings.operatorRole();
        boolean operates = operatorRole != null && namesRole(claims, operatorRole);
        return operates ? List.of(Principal.CUSTOMER, Principal.OPERATOR) : List.of(Principal.CUSTOMER);
    }

    private boolean namesRole(JsonObject claims, String role) {
        String path = settings.rolesClaim();
        Object roles = claims.containsKey(path) ? claims.getValue(path) : at(claims, path);
        if (roles instanceof JsonArray several) {
            return several.contains(role);
        }
        return roles instanceof String text
                && Arrays.asList(text.split(" ", -1)).contains(role);
    }

    private static @Nullable Object at(JsonObject claims, String path) {
        Object place = claims;
        for (String step : path.split("\\.", -1)) {
            place = place instanceof JsonObject object ? object.getValue(step) : null;
        }
        return place;
    }
}
