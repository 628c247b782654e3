package io.trolleybus.user;

import static io.trolleybus.user.UsersUnderTest.code;
import static io.trolleybus.user.UsersUnderTest.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.Futures;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExternalUsersTest {
    private static final UUID ADA = UUID.fromString("8f4b6a1e-0000-8000-8000-00000000ada0");
    private static final UUID SESSION = UUID.fromString("8f4b6a1e-0000-8000-8000-000000000001");
    private static final UUID OTHER_SESSION = UUID.fromString("8f4b6a1e-0000-8000-8000-000000000002");
    private static final List<String> CUSTOMER = List.of(Principal.CUSTOMER);
    private static final String EMAIL = "ada@example.org";
    private static final Principal GATEWAY = Principal.service("gateway");

    private final UsersUnderTest users = new UsersUnderTest();

    @AfterEach
    void stop() {
        users.close();
    }

    private static AdmitUser ada(UUID session, @Nullable String email, List<String> roles) {
        return new AdmitUser(ADA, session, Instant.now().plusSeconds(600), email, "Ada", roles);
    }

    private Reply<User> admit(AdmitUser command) {
        return users.platform.call(UserMessages.ADMIT, GATEWAY, command, User.class);
    }

    @Test
    void whomTheGatewayLetsInHasAnAccountAndOneOnly() {
        var answers = IntStream.range(0, 6)
                .mapToObj(i -> users.platform.send(
                        UserMessages.ADMIT,
                        users.platform.newCall(GATEWAY),
                        ada(i % 2 == 0 ? SESSION : OTHER_SESSION, EMAIL, CUSTOMER),
                        User.class))
                .toList();
        List<User> admitted =
                answers.stream().map(Futures::await).map(UsersUnderTest::done).toList();

        User user = admitted.get(0);
        assertThat(user)
                .extracting(User::id, User::email, User::name, User::roles)
                .containsExactly(ADA, EMAIL, "Ada", CUSTOMER);
        assertThat(admitted).containsOnly(user);
        assertThat(done(users.as(user, UserMessages.GET, new GetUser(ADA), User.class)))
                .isEqualTo(user);
        assertThat(users.story(user)).hasSize(1);
        assertThat(users.database().value("select count(*)::int from session")).isEqualTo(2);
    }

    @Test
    void anAddressThatHasAnAccountIsLeftToThat() {
        User local = users.register("Ada@Example.org", "The other Ada");

        User external = done(admit(ada(SESSION, EMAIL, CUSTOMER)));

        assertThat(external.email()).isEqualTo(ADA + "@invalid");
        assertThat(done(users.as(local, UserMessages.GET, new GetUser(local.id()), User.class)))
                .isEqualTo(local);
        assertThat(code(users.logIn(local, UsersUnderTest.PASSWORD))).isEqualTo("done");
    }

    @Test
    void nobodyLogsInToAnAccountThatHasNoPassword() {
        User external = done(admit(ada(SESSION, EMAIL, CUSTOMER)));

        assertThat(code(users.logIn(external, UsersUnderTest.PASSWORD))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(users.changePassword(external, "", "a louder tram", null)))
                .isEqualTo(Refusals.WRONG_PASSWORD);
    }

    @Test
    void anAccountWithoutAnAddressIsGivenOneThatNobodyCanRegister() {
        assertThat(done(admit(ada(SESSION, null, CUSTOMER))).email()).isEqualTo(ADA + "@invalid");
        assertThat(done(admit(new AdmitUser(
                                SESSION, OTHER_SESSION, Instant.now().plusSeconds(600), "no address", "Bob", CUSTOMER)))
                        .email())
                .isEqualTo(SESSION + "@invalid");
    }

    @Test
    void rolesAreThoseOfTheTokenThatWasSeenLast() {
        User operator = done(admit(ada(SESSION, EMAIL, List.of(Principal.CUSTOMER, Principal.OPERATOR))));
        User bob = users.register("bob@example.org", "Bob");
        assertThat(done(users.as(operator, UserMessages.DISABLE, new DisableUser(bob.id()), User.class))
                        .disabled())
                .isTrue();

        assertThat(done(admit(ada(OTHER_SESSION, EMAIL, CUSTOMER))).roles()).isEqualTo(CUSTOMER);

        assertThat(code(users.as(operator, UserMessages.ENABLE, new EnableUser(bob.id()), User.class)))
                .as("by a token from before")
                .isEqualTo(Refusals.FORBIDDEN);
    }

    @Test
    void whoIsKeptOutIsLetInWithNoTokenAndAfterwardsWithAnotherOne() {
        User operator = users.operator("operator@example.org");
        User external = done(admit(ada(SESSION, EMAIL, CUSTOMER)));

        done(users.as(operator, UserMessages.DISABLE, new DisableUser(ADA), User.class));

        assertThat(users.revokedSessions()).containsExactly(SESSION);
        assertThat(code(admit(ada(SESSION, EMAIL, CUSTOMER)))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(admit(ada(OTHER_SESSION, EMAIL, CUSTOMER)))).isEqualTo(Refusals.FORBIDDEN);

        done(users.as(operator, UserMessages.ENABLE, new EnableUser(ADA), User.class));

        assertThat(code(admit(ada(SESSION, EMAIL, CUSTOMER))))
                .as("it has ended")
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(done(admit(ada(OTHER_SESSION, EMAIL, CUSTOMER)))).isEqualTo(external);
    }

    @Test
    void whoWasErasedStaysSo() {
        User external = done(admit(ada(SESSION, EMAIL, CUSTOMER)));

        done(users.as(external, UserMessages.ERASE, new EraseUser(), Done.class));

        assertThat(users.revokedSessions()).containsExactly(SESSION);
        assertThat(code(admit(ada(OTHER_SESSION, EMAIL, CUSTOMER)))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(users.database().value("select count(*)::int from account")).isEqualTo(0);
    }

    @Test
    void onlyGatewaysLetAnybodyIn() {
        User operator = users.operator("operator@example.org");

        assertThat(code(users.as(operator, UserMessages.ADMIT, ada(SESSION, EMAIL, CUSTOMER), User.class)))
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(users.platform.call(
                        UserMessages.ADMIT, Principal.service("order"), ada(SESSION, EMAIL, CUSTOMER), User.class)))
                .isEqualTo(Refusals.FORBIDDEN);
    }
}
