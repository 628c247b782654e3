package io.trolleybus.user;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.domain.PasswordPolicy;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Opens, prolongs and ends sessions. */
final class LogIn {
    /** A session that is not used for so long is over. */
    static final Duration IDLE_LIMIT = Duration.ofDays(30);

    /** Of no password: checked when there is no account, so that this takes as long as when there is one. */
    private static final String NOBODYS_HASH =
            "$argon2id$v=19$m=19456,t=2,p=1" + "$rZ2cVFq0s8yEJzZmT0hN3A$7J3mY1m0m7b7eB1qD8Z2X5w4mQk9V6cP0tR5sU8yLxE";

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

    /** Answers an unknown address and a wrong password alike, and as late. */
    Future<Reply<Session>> logIn(Call call, Login command) {
        if (command.password().length() > PasswordPolicy.MAX_CHARS) {
            return Future.succeededFuture(badCredentials());
        }
        return accounts.findByEmail(command.email()).compose(found -> hasher.matches(
                        command.password(), found.map(Account::passwordHash).orElse(NOBODYS_HASH))
                .compose(matches -> matches && found.isPresent()
                        ? open(found.get().user())
                        : Future.succeededFuture(badCredentials())));
    }

    private Future<Reply<Session>> open(User user) {
        var token = RefreshToken.random(random);
        return sessions.open(ids.get(), user.id(), token, clock.instant().plus(IDLE_LIMIT))
                .map(opened -> Reply.done(session(user, token)));
    }

    Future<Reply<Session>> refresh(Call call, Refresh command) {
        var token = new RefreshToken(command.refreshToken());
        var successor = RefreshToken.random(random);
        Instant now = clock.instant();
        return sessions.rotate(token, call.id(), successor, now, now.plus(IDLE_LIMIT))
                .compose(userId -> userId.map(accounts::find).orElseGet(() -> revokeIfStolen(call, token, now)))
                .map(found -> found.map(account -> Reply.done(session(account.user(), successor)))
                        .orElseGet(LogIn::badCredentials));
    }

    private Future<Optional<Account>> revokeIfStolen(Call call, RefreshToken token, Instant now) {
        return sessions.revokeIfUsed(token, now).map(revoked -> {
            if (revoked) {
                log.warn(call.trace(), "message.id", call.id(), "a refresh token came twice; its session was ended");
            }
            return Optional.empty();
        });
    }

    Future<Reply<Done>> logOut(Call call, Logout command) {
        return sessions.revoke(new RefreshToken(command.refreshToken()), clock.instant())
                .map(Reply.done(new Done()));
    }

    private Session session(User user, RefreshToken token) {
        return new Session(tokens.issue(user), "Bearer", AccessTokens.LIFETIME_SECONDS, token.text());
    }

    private static Reply<Session> badCredentials() {
        return Reply.refused(Refusals.BAD_CREDENTIALS, "the credentials are not right");
    }
}
