package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.TokenFormat;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.Sessions.Opened;
import io.trolleybus.user.domain.PasswordPolicy;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/** Opens, prolongs and ends sessions. */
final class LogIn {
    /** A session that is not used for so long is over. */
    static final Duration IDLE_LIMIT = Duration.ofDays(30);

    private static final String USER_ID = "user.id";

    private final Accounts accounts;
    private final Sessions sessions;
    private final PasswordHasher hasher;
    private final AccessTokens tokens;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final SecureRandom random;
    private final TraceLog log = new TraceLog(LogIn.class, UserMessages.SERVICE);

    LogIn(
            Accounts accounts,
            Sessions sessions,
            PasswordHasher hasher,
            AccessTokens tokens,
            InstantSource clock,
            Supplier<UUID> ids,
            SecureRandom random) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.hasher = hasher;
        this.tokens = tokens;
        this.clock = clock;
        this.ids = ids;
        this.random = random;
    }

    /** Answers an unknown address, one that has no password, and a wrong password alike, and as late. */
    Future<Reply<Session>> logIn(Call call, Login command) {
        if (command.password().length() > PasswordPolicy.MAX_CHARS) {
            return Future.succeededFuture(badCredentials());
        }
        return accounts.findByEmail(command.email()).compose(found -> hasher.matches(
                        command.password(), found.map(Account::passwordHash).orElse(Account.NO_PASSWORD))
                .compose(matches -> matches && found.isPresent()
                        ? open(call, found.get())
                        : Future.succeededFuture(badCredentials())));
    }

    /** That the account is disabled is told to nobody who cannot log in. */
    private Future<Reply<Session>> open(Call call, Account account) {
        User user = account.user();
        UUID sessionId = ids.get();
        var token = RefreshToken.random(random);
        Instant now = clock.instant();
        return sessions.open(sessionId, account, token, now, now.plus(IDLE_LIMIT))
                .map(opened -> opened ? opened(call, user, sessionId, token) : badCredentials());
    }

    private Reply<Session> opened(Call call, User user, UUID sessionId, RefreshToken token) {
        log.story(call.trace(), USER_ID, user.id(), "session opened");
        return Reply.done(session(user, sessionId, token));
    }

    Future<Reply<Session>> refresh(Call call, Refresh command) {
        var token = new RefreshToken(command.refreshToken());
        var successor = RefreshToken.random(random);
        Instant now = clock.instant();
        return sessions.rotate(token, call.id(), successor, now, now.plus(IDLE_LIMIT))
                .compose(rotated -> rotated.map(session -> prolong(session, successor))
                        .orElseGet(() -> revokeIfStolen(call, token, now)));
    }

    private Future<Reply<Session>> prolong(Opened session, RefreshToken successor) {
        return accounts.find(session.userId())
                .map(found -> found.map(account -> Reply.done(session(account.user(), session.id(), successor)))
                        .orElseGet(LogIn::badCredentials));
    }

    private Future<Reply<Session>> revokeIfStolen(Call call, RefreshToken token, Instant now) {
        return sessions.revokeIfUsed(token, now).map(revoked -> {
            if (revoked) {
                log.warn(call.trace(), "message.id", call.id(), "a refresh token came twice; its session was ended");
            }
            return badCredentials();
        });
    }

    Future<Reply<Done>> logOut(Call call, Logout command) {
        return sessions.revoke(new RefreshToken(command.refreshToken()), clock.instant())
                .map(Reply.done(new Done()));
    }

    /** Tells those who verify access tokens which to take no longer. */
    Future<Reply<RevokedSessions>> revoked(Call call, FindRevokedSessions query) {
        if (!call.principal().isService()) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only services may know"));
        }
        if (query.limit() < 1 || query.limit() > Sessions.MAX_TOLD) {
            return Future.succeededFuture(Reply.refused(
                    Refusals.INVALID, "limit must be 1 to " + Sessions.MAX_TOLD + ", not " + query.limit()));
        }
        return sessions.revoked(query.after(), query.limit()).map(items -> Reply.done(new RevokedSessions(items)));
    }

    private Session session(User user, UUID sessionId, RefreshToken token) {
        String accessToken = tokens.issue(user, sessionId);
        return new Session(accessToken, "Bearer", TokenFormat.LIFETIME_S, token.text());
    }

    private static Reply<Session> badCredentials() {
        return Reply.refused(Refusals.BAD_CREDENTIALS, "the credentials are not right");
    }
}
