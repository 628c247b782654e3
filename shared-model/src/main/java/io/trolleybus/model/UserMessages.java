package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What the user service answers. */
public final class UserMessages {
    public static final String SERVICE = "user";
    public static final String REGISTER = "user.register";
    public static final String LOGIN = "user.login";
    public static final String REFRESH = "user.refresh";
    public static final String LOGOUT = "user.logout";
    public static final String GET = "user.get";
    public static final String KEYS = "user.keys";
    public static final String ENSURE_OPERATOR = "user.ensure-operator";

    private UserMessages() {}

    /** Answers {@link User}; refused with {@code email-taken} or {@code weak-password}. */
    public record Register(String email, String password, String name) {}

    /**
     * Makes sure that there is an operator of that address; leaves the password of an account that exists. Answers
     * {@link User}; refused with {@code weak-password}, or {@code forbidden} to all but the launcher.
     */
    public record EnsureOperator(String email, String password, String name) {}

    /** Answers {@link Session}; refused with {@code bad-credentials}. */
    public record Login(String email, String password) {}

    /** Answers {@link Session}; a token is good once, and using it again revokes its whole family. */
    public record Refresh(String refreshToken) {}

    /** Answers {@link Done} whether or not the token was known. */
    public record Logout(String refreshToken) {}

    /** Answers {@link User}; refused with {@code not-found}. */
    public record GetUser(UUID userId) {}

    /** Answers {@link Jwks}. */
    public record GetKeys() {}

    public record Done() {}

    public record User(UUID id, String email, String name, List<String> roles, Instant createdAt) {}

    /** @param expiresIn seconds until the access token expires */
    public record Session(String accessToken, String tokenType, long expiresIn, String refreshToken) {}

    /** Public signing keys as a JSON Web Key Set. Source of the member names: RFC 7517. */
    public record Jwks(List<Jwk> keys) {}

    /** An elliptic-curve public key; {@code x} and {@code y} base64url without padding. */
    public record Jwk(String kty, String crv, String x, String y, String kid, String alg, String use) {}
}
