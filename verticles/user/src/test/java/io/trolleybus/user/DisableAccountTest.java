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
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.Futures;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisableAccountTest {
    private final UsersUnderTest users = new UsersUnderTest();
    private User ada;
    private User otto;

    @BeforeEach
    void register() {
        ada = users.register("ada@example.org", "Ada");
        otto = users.operator("otto@example.org");
    }

    @AfterEach
    void stop() {
        users.close();
    }

    private Reply<User> disable(User by, UUID userId) {
        return users.as(by, UserMessages.DISABLE, new DisableUser(userId), User.class);
    }

    private Reply<User> enable(User by, UUID userId) {
        return users.as(by, UserMessages.ENABLE, new EnableUser(userId), User.class);
    }

    private RevokedSessions revoked(RevokedSession after, int limit) {
        return done(users.platform.call(
                UserMessages.REVOKED_SESSIONS,
                Principal.service("gateway"),
                new FindRevokedSessions(after, limit),
                RevokedSessions.class));
    }

    @Test
    void aDisabledUserIsKeptOutUntilEnabled() {
        Session session = done(users.logIn(ada, PASSWORD));

        assertThat(done(disable(otto, ada.id())).disabled()).isTrue();

        assertThat(users.logIn(ada, PASSWORD))
                .as("the same as with a wrong password")
                .isEqualTo(users.logIn(ada, "a loud tram"));
        assertThat(code(users.refresh(session))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(users.revokedSessions()).containsExactly(idOf(session));
        assertThat(done(users.as(otto, UserMessages.GET, new GetUser(ada.id()), User.class))
                        .disabled())
                .isTrue();

        assertThat(done(enable(otto, ada.id())).disabled()).isFalse();
        assertThat(code(users.refresh(session))).as("what was revoked stays so").isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(users.logIn(ada, PASSWORD))).isEqualTo("done");
    }

    @Test
    void theJournalTellsWhoDidItOnce() {
        disable(otto, ada.id());
        disable(otto, ada.id());
        enable(otto, ada.id());
        enable(otto, ada.id());

        String by = otto.id().toString();
        assertThat(users.story(ada).subList(1, 3))
                .containsExactly(List.of("UserDisabled", by), List.of("UserEnabled", by));
        assertThat(users.story(ada)).hasSize(3);
    }

    @Test
    void onlyAnOperatorWhoIsOneNowMayDoIt() {
        User olga = users.operator("olga@example.org");
        assertThat(code(disable(ada, otto.id()))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(users.platform.call(
                        UserMessages.DISABLE, Principal.service("order"), new DisableUser(ada.id()), User.class)))
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(disable(otto, otto.id()))).isEqualTo(Refusals.OWN_ACCOUNT);
        assertThat(code(disable(otto, UUID.randomUUID()))).isEqualTo(Refusals.NOT_FOUND);

        done(disable(otto, olga.id()));

        assertThat(code(disable(olga, ada.id()))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(enable(olga, olga.id()))).isEqualTo(Refusals.FORBIDDEN);
    }

    @Test
    void ofTwoOperatorsWhoDisableEachOtherOneStays() {
        User olga = users.operator("olga@example.org");

        var answers = Stream.of(List.of(otto, olga), List.of(olga, otto))
                .map(pair -> users.platform.send(
                        UserMessages.DISABLE,
                        users.platform.newCall(principal(pair.get(0))),
                        new DisableUser(pair.get(1).id()),
                        User.class))
                .toList();

        assertThat(answers.stream().map(Futures::await).map(UsersUnderTest::code))
                .containsExactlyInAnyOrder("done", Refusals.FORBIDDEN);
    }

    @Test
    void revokedSessionsAreToldPageByPageToServicesOnly() {
        for (int i = 0; i < 3; i++) {
            var session = done(users.logIn(ada, PASSWORD));
            users.platform.call(
                    UserMessages.LOGOUT, Principal.ANONYMOUS, new Logout(session.refreshToken()), Done.class);
        }

        List<RevokedSession> all = revoked(null, 1_000).items();
        List<RevokedSession> first = revoked(null, 2).items();

        assertThat(all).hasSize(3);
        assertThat(first).isEqualTo(all.subList(0, 2));
        assertThat(revoked(first.get(1), 2).items()).isEqualTo(all.subList(2, 3));
        assertThat(revoked(all.get(2), 2).items()).isEmpty();
        var tooMany = new FindRevokedSessions(null, 1_001);
        assertThat(code(users.platform.call(
                        UserMessages.REVOKED_SESSIONS, Principal.service("gateway"), tooMany, RevokedSessions.class)))
                .isEqualTo(Refusals.INVALID);
        assertThat(code(users.as(otto, UserMessages.REVOKED_SESSIONS, tooMany, RevokedSessions.class)))
                .isEqualTo(Refusals.FORBIDDEN);
    }
}
