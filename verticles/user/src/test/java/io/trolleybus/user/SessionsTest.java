package io.trolleybus.user;

import static io.trolleybus.user.UsersUnderTest.PASSWORD;
import static io.trolleybus.user.UsersUnderTest.done;
import static io.trolleybus.user.UsersUnderTest.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions meet what happens to their accounts at the same time. */
class SessionsTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private static final int LOOKS = 10_000;

    private final UsersUnderTest users = new UsersUnderTest();
    private User ada;

    @BeforeEach
    void register() {
        ada = users.register("ada@example.org", "Ada");
    }

    @AfterEach
    void stop() {
        users.close();
    }

    /** As a log-in opens one, after it has read the account and checked the password. */
    private Future<Boolean> open(Account checked) {
        return users.withSessions(sessions ->
                sessions.open(UUID.randomUUID(), checked, new RefreshToken("t"), now, now.plus(LogIn.IDLE_LIMIT)));
    }

    private Account account() {
        String hash = users.database()
                .value("select password_hash from account where id = ?", ada.id())
                .toString();
        return new Account(ada, hash, UUID.randomUUID(), 1);
    }

    @Test
    void aSessionIsOpenedForAnAccountThatIsAsItWasChecked() {
        assertThat(Futures.await(open(account()))).isTrue();
    }

    @Test
    void noneIsOpenedIfTheAccountHasChangedSinceItWasChecked() {
        Account checked = account();
        users.database().execute("update account set disabled = true");
        assertThat(Futures.await(open(checked))).as("disabled").isFalse();

        users.database().execute("update account set disabled = false, password_hash = 'another'");
        assertThat(Futures.await(open(checked))).as("another password").isFalse();

        users.as(ada, UserMessages.ERASE, new EraseUser(), Done.class);
        assertThat(Futures.await(open(checked))).as("erased").isFalse();
    }

    @Test
    void oneThatIsOpenedWhileTheAccountIsBeingChangedWaitsForTheOutcome() throws SQLException {
        Account checked = account();
        Future<Boolean> opened = whileChanging("update account set disabled = true", () -> open(checked));

        assertThat(Futures.await(opened)).isFalse();
        assertThat(users.database().number("select count(*) from session")).isZero();
    }

    @Test
    void oneThatIsRefreshedWhileItIsBeingRevokedDoesNotGoOn() throws SQLException {
        Session session = done(users.logIn(ada, PASSWORD));

        Future<Optional<Sessions.Opened>> rotated = whileChanging(
                "update session set revoked_at = now()",
                () -> users.withSessions(sessions -> sessions.rotate(
                        new RefreshToken(session.refreshToken()),
                        UUID.randomUUID(),
                        new RefreshToken("t"),
                        now,
                        now.plus(LogIn.IDLE_LIMIT))));

        assertThat(Futures.await(rotated)).isEmpty();
        assertThat(users.database().number("select count(*) from refresh_token"))
                .isEqualTo(1);
    }

    @Test
    void aRefreshGoesOnWithTheSameSession() {
        Session session = done(users.logIn(ada, PASSWORD));

        assertThat(idOf(done(users.refresh(session)))).isEqualTo(idOf(session));
    }

    /**
     * Begins the work while another transaction holds what it has changed, and lets that commit once the work waits.
     */
    private <T> Future<T> whileChanging(String sql, Supplier<Future<T>> work) throws SQLException {
        try (Connection other = users.database().connect();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(sql);
            Future<T> begun = work.get();
            for (int i = 0; i < LOOKS && !begun.isComplete() && !isSomebodyWaiting(); i++) {
                Thread.onSpinWait();
            }
            other.commit();
            return begun;
        }
    }

    private boolean isSomebodyWaiting() {
        return users.database().number("select count(*) from pg_locks where not granted") > 0;
    }
}
