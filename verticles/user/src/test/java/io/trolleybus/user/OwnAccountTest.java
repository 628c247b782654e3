package io.trolleybus.user;

import static io.trolleybus.user.UsersUnderTest.PASSWORD;
import static io.trolleybus.user.UsersUnderTest.code;
import static io.trolleybus.user.UsersUnderTest.done;
import static io.trolleybus.user.UsersUnderTest.idOf;
import static io.trolleybus.user.UsersUnderTest.principal;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AccountEvent;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.ExportUser;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.RenameUser;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.SessionTimes;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.model.UserMessages.UserExport;
import io.trolleybus.testkit.Futures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnAccountTest {
    private static final String EMAIL = "Ada@example.org";
    private static final String OTHER_PASSWORD = "a louder tram";

    private final UsersUnderTest users = new UsersUnderTest();
    private User ada;

    @BeforeEach
    void register() {
        ada = users.register(EMAIL, "Ada");
    }

    @AfterEach
    void stop() {
        users.close();
    }

    private Reply<User> rename(String name) {
        return users.as(ada, UserMessages.RENAME, new RenameUser(name), User.class);
    }

    private Reply<Done> erase(User user) {
        return users.as(user, UserMessages.ERASE, new EraseUser(), Done.class);
    }

    @Test
    void aUserTakesAnotherNameOfWhichTheJournalDoesNotTell() {
        User renamed = done(rename("  Augusta "));

        assertThat(renamed).isEqualTo(new User(ada.id(), EMAIL, "Augusta", ada.roles(), ada.createdAt(), false));
        assertThat(done(rename("Augusta"))).isEqualTo(renamed);
        assertThat(users.story(ada))
                .containsExactly(
                        row("UserRegistered", null), row("UserRenamed", ada.id().toString()));
        assertThat(journalText()).doesNotContain("Augusta");
        assertThat(code(rename("   "))).isEqualTo(Refusals.INVALID);
    }

    @Test
    void namesTakenAtTheSameTimeAreOneAfterTheOther() {
        var answers = IntStream.range(0, 8)
                .mapToObj(i -> users.platform.send(
                        UserMessages.RENAME,
                        users.platform.newCall(principal(ada)),
                        new RenameUser("Ada " + i),
                        User.class))
                .toList();

        assertThat(answers.stream().map(Futures::await).map(UsersUnderTest::code))
                .containsOnly("done");
        assertThat(users.database().value("select version from account")).isEqualTo(9);
        assertThat(users.story(ada)).hasSize(9);
    }

    @Test
    void aNewPasswordEndsAllSessionsButThisOne() {
        Session mine = done(users.logIn(ada, PASSWORD));
        Session other = done(users.logIn(ada, PASSWORD));
        Session strangers = done(users.logIn(users.register("bob@example.org", "Bob"), PASSWORD));

        assertThat(code(users.changePassword(ada, PASSWORD, OTHER_PASSWORD, idOf(mine))))
                .isEqualTo("done");

        assertThat(code(users.logIn(ada, PASSWORD))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(users.logIn(ada, OTHER_PASSWORD))).isEqualTo("done");
        assertThat(users.revokedSessions()).containsExactly(idOf(other));
        assertThat(code(users.refresh(other))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(users.refresh(strangers))).isEqualTo("done");
        assertThat(idOf(done(users.refresh(mine)))).isEqualTo(idOf(mine));
        assertThat(users.story(ada))
                .last()
                .isEqualTo(row("PasswordChanged", ada.id().toString()));
    }

    @Test
    void aPasswordStaysUnlessTheCurrentOneIsRightAndTheNewOneGood() {
        Session session = done(users.logIn(ada, PASSWORD));

        assertThat(code(users.changePassword(ada, "a loud tram", OTHER_PASSWORD, null)))
                .isEqualTo(Refusals.WRONG_PASSWORD);
        assertThat(code(users.changePassword(ada, "x".repeat(1_000), OTHER_PASSWORD, null)))
                .isEqualTo(Refusals.WRONG_PASSWORD);
        assertThat(code(users.changePassword(ada, PASSWORD, "password123", null)))
                .isEqualTo(Refusals.WEAK_PASSWORD);
        assertThat(code(users.changePassword(ada, PASSWORD, "not " + EMAIL, null)))
                .isEqualTo(Refusals.WEAK_PASSWORD);

        assertThat(code(users.refresh(session))).isEqualTo("done");
        assertThat(users.story(ada)).hasSize(1);
    }

    @Test
    void ofTwoPasswordsSetAtOnceOneIsSet() {
        var answers = Stream.of("a first new tram", "a second new tram")
                .map(fresh -> users.platform.send(
                        UserMessages.CHANGE_PASSWORD,
                        users.platform.newCall(principal(ada)),
                        new ChangePassword(PASSWORD, fresh, null),
                        Done.class))
                .toList();

        assertThat(answers.stream().map(Futures::await).map(UsersUnderTest::code))
                .containsExactlyInAnyOrder("done", Refusals.WRONG_PASSWORD);
    }

    @Test
    void whatIsKeptOfAUserIsToldWithoutSecrets() {
        Session first = done(users.logIn(ada, PASSWORD));
        done(users.logIn(ada, PASSWORD));
        users.platform.call(UserMessages.LOGOUT, Principal.ANONYMOUS, new Logout(first.refreshToken()), Done.class);
        rename("Augusta");

        UserExport export = done(users.as(ada, UserMessages.EXPORT, new ExportUser(), UserExport.class));

        assertThat(export.user().name()).isEqualTo("Augusta");
        assertThat(export.sessions()).hasSize(2).allSatisfy(session -> assertThat(session.expiresAt())
                .isEqualTo(session.openedAt().plus(LogIn.IDLE_LIMIT)));
        assertThat(export.sessions().stream().map(SessionTimes::revokedAt).filter(at -> at != null))
                .hasSize(1);
        assertThat(export.history().stream().map(AccountEvent::type)).containsExactly("UserRegistered", "UserRenamed");
    }

    @Test
    void anErasedUserIsGoneButForTheId() {
        Session session = done(users.logIn(ada, PASSWORD));
        Session ended = done(users.logIn(ada, PASSWORD));
        users.platform.call(UserMessages.LOGOUT, Principal.ANONYMOUS, new Logout(ended.refreshToken()), Done.class);

        assertThat(code(erase(ada))).isEqualTo("done");

        assertThat(users.database().number("select count(*) from account")).isZero();
        assertThat(users.database().number("select count(*) from session")).isZero();
        assertThat(users.database().number("select count(*) from refresh_token"))
                .isZero();
        assertThat(users.revokedSessions()).containsExactly(idOf(ended), idOf(session));
        assertThat(users.story(ada)).last().isEqualTo(row("UserErased", ada.id().toString()));
        assertThat(code(users.logIn(ada, PASSWORD))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(users.refresh(session))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(users.as(ada, UserMessages.GET, new GetUser(ada.id()), User.class)))
                .isEqualTo(Refusals.NOT_FOUND);
        assertThat(code(users.as(ada, UserMessages.EXPORT, new ExportUser(), UserExport.class)))
                .isEqualTo(Refusals.NOT_FOUND);
        assertThat(code(rename("Ada again"))).isEqualTo(Refusals.NOT_FOUND);
        assertThat(code(users.changePassword(ada, PASSWORD, OTHER_PASSWORD, null)))
                .isEqualTo(Refusals.NOT_FOUND);
    }

    @Test
    void erasingAgainIsSafeAndTheAddressMayBeUsedAnew() {
        assertThat(code(erase(ada))).isEqualTo("done");
        User again = users.register(EMAIL, "Ada");

        assertThat(code(erase(ada))).as("by the token of before").isEqualTo("done");

        assertThat(again.id()).isNotEqualTo(ada.id());
        assertThat(code(users.logIn(again, PASSWORD))).isEqualTo("done");
        assertThat(users.story(ada)).hasSize(2);
    }

    @Test
    void theLastOperatorIsNotErased() {
        User otto = users.operator("otto@example.org");
        assertThat(code(erase(otto))).isEqualTo(Refusals.LAST_OPERATOR);

        User olga = users.operator("olga@example.org");
        var answers = Stream.of(otto, olga)
                .map(operator -> users.platform.send(
                        UserMessages.ERASE, users.platform.newCall(principal(operator)), new EraseUser(), Done.class))
                .toList();

        assertThat(answers.stream().map(Futures::await).map(UsersUnderTest::code))
                .as("both at once")
                .containsExactlyInAnyOrder("done", Refusals.LAST_OPERATOR);
    }

    @Test
    void onlyUsersHaveAccounts() {
        var service = Principal.service("order");

        assertThat(code(users.platform.call(UserMessages.ERASE, service, new EraseUser(), Done.class)))
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(users.platform.call(
                        UserMessages.RENAME, Principal.ANONYMOUS, new RenameUser("Eve"), User.class)))
                .isEqualTo(Refusals.FORBIDDEN);
    }

    private String journalText() {
        return users.database()
                .value("select string_agg(data::text, ' ') from journal")
                .toString();
    }

    private static List<@Nullable Object> row(String type, @Nullable String by) {
        return Arrays.asList(type, by);
    }
}
