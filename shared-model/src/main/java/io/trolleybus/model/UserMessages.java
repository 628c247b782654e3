package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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
    public static final String ADMIT = "user.admit";
    public static final String RENAME = "user.rename";
    public static final String CHANGE_PASSWORD = "user.change-password";
    public static final String DISABLE = "user.disable";
    public static final String ENABLE = "user.enable";
    public static final String ERASE = "user.erase";
    public static final String EXPORT = "user.export";
    public static final String REVOKED_SESSIONS = "user.revoked-sessions";

    private UserMessages() {}

    /** Answers {@link User}; refused with {@code email-taken} or {@code weak-password}. */
    public record Register(String email, String password, String name) {
        /** Without the password, and the person, so that it can be logged. */
        @Override
        public String toString() {
            return "Register";
        }
    }

    /**
     * Makes sure that there is an operator of that address; leaves the password of an account that exists. Answers
     * {@link User}; refused with {@code weak-password}, or {@code forbidden} to all but the launcher.
     *
     * @param password null to make no account, but refuse with {@code not-found} if there is none
     * @param onlyNew whether to refuse with {@code email-taken} if there is an account, whose owner may be anybody;
     *     null for no
     */
    public record EnsureOperator(
            String email,
            @Nullable String password,
            @Nullable String name,
            @Nullable Boolean onlyNew) {
        /** Of an account that may be there already. */
        public EnsureOperator(String email, String password, String name) {
            this(email, password, name, null);
        }

        /** Without the password, and the person, so that it can be logged. */
        @Override
        public String toString() {
            return "EnsureOperator";
        }
    }

    /**
     * For gateways, which have verified the token of an issuer that is not ours. Makes an account if there is none, has
     * it bear the roles that the token gives, and opens the session that stands for the token, so that what ends
     * sessions ends that one too. Answers {@link User}; refused with {@code forbidden} if the user is kept out, or was
     * erased, or if the session has ended.
     *
     * @param userId derived from issuer and subject, so that whoever repeats this means the same account
     * @param sessionId derived from the token
     * @param expiresAt when the token does
     * @param email null unless the issuer has verified it
     */
    public record AdmitUser(
            UUID userId,
            UUID sessionId,
            Instant expiresAt,
            @Nullable String email,
            String name,
            List<String> roles) {
        /** Without the person, so that it can be logged. */
        @Override
        public String toString() {
            return "AdmitUser " + userId;
        }
    }

    /** Answers {@link Session}; refused with {@code bad-credentials}. */
    public record Login(String email, String password) {
        /** Without the password, and the person, so that it can be logged. */
        @Override
        public String toString() {
            return "Login";
        }
    }

    /** Answers {@link Session}; a token is good once, and using it again revokes its whole family. */
    public record Refresh(String refreshToken) {
        /** Without the token, so that it can be logged. */
        @Override
        public String toString() {
            return "Refresh";
        }
    }

    /** Answers {@link Done} whether or not the token was known. */
    public record Logout(String refreshToken) {
        /** Without the token, so that it can be logged. */
        @Override
        public String toString() {
            return "Logout";
        }
    }

    /** Answers {@link User}; refused with {@code not-found}. */
    public record GetUser(UUID userId) {}

    /** Gives the calling user another name. Answers {@link User}; refused with {@code invalid}. */
    public record RenameUser(String name) {}

    /**
     * Gives the calling user another password and revokes all other sessions. Answers {@link Done}; refused with
     * {@code wrong-password} or {@code weak-password}.
     *
     * @param sessionId the session that stays; null to revoke all
     */
    public record ChangePassword(
            String currentPassword,
            String newPassword,
            @Nullable UUID sessionId) {
        /** Without the passwords, so that it can be logged. */
        @Override
        public String toString() {
            return "ChangePassword of session " + sessionId;
        }
    }

    /**
     * Keeps a user out and revokes all of the user's sessions. For operators; answers {@link User}; refused with
     * {@code not-found}, or with {@code own-account} for the operator's own.
     */
    public record DisableUser(UUID userId) {}

    /** Lets a user in again. For operators; answers {@link User}; refused with {@code not-found}. */
    public record EnableUser(UUID userId) {}

    /**
     * Erases all that is known of the calling user but the id. Answers {@link Done}, also if that was done before;
     * refused with {@code last-operator}.
     */
    public record EraseUser() {}

    /** Answers {@link UserExport} of the calling user; refused with {@code not-found}. */
    public record ExportUser() {}

    /**
     * For services. Answers {@link RevokedSessions}, oldest first, from the session after the given one on.
     *
     * @param after null for all that may still have access tokens
     * @param limit the most to answer, 1 to 1000
     */
    public record FindRevokedSessions(@Nullable RevokedSession after, int limit) {}

    /** Answers {@link Jwks}. */
    public record GetKeys() {}

    public record Done() {}

    /** @param disabled whether an operator keeps the user out */
    public record User(UUID id, String email, String name, List<String> roles, Instant createdAt, boolean disabled) {}

    /**
     * All that the user service keeps about a user, but secrets.
     *
     * @param sessions the newest first, at most 1000
     * @param history what happened to the account, oldest first
     */
    public record UserExport(User user, List<SessionTimes> sessions, List<AccountEvent> history) {}

    /** @param revokedAt null unless it was ended before its time */
    public record SessionTimes(
            Instant openedAt, Instant expiresAt, @Nullable Instant revokedAt) {}

    public record AccountEvent(String type, Instant recordedAt) {}

    public record RevokedSessions(List<RevokedSession> items) {}

    public record RevokedSession(UUID id, Instant revokedAt) {}

    /** @param expiresIn seconds until the access token expires */
    public record Session(String accessToken, String tokenType, long expiresIn, String refreshToken) {
        /** Without the tokens, so that it can be logged. */
        @Override
        public String toString() {
            return "Session";
        }
    }

    /** Public signing keys as a JSON Web Key Set. Source of the member names: RFC 7517. */
    public record Jwks(List<Jwk> keys) {}

    /** An elliptic-curve public key; {@code x} and {@code y} base64url without padding. */
    public record Jwk(String kty, String crv, String x, String y, String kid, String alg, String use) {}
}
