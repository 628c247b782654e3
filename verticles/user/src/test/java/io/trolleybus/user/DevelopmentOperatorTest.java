package io.trolleybus.user;

import static io.trolleybus.user.UsersUnderTest.code;
import static io.trolleybus.user.UsersUnderTest.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.chassis.StartRefused;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DevelopmentOperatorTest {
    private static final Map<String, String> DEVELOPMENT = Map.of(UserModule.DEVELOPMENT, "true");
    private static final Map<String, String> PRODUCTION = Map.of();

    private final TestPlatform platform = TestPlatform.start();
    private final TestDatabase database = TestDatabase.create("user", new UserModule().migrations());

    @AfterEach
    void stop() {
        platform.close();
    }

    private Reply<User> seed() {
        var command = new EnsureOperator(" Operator@trolleybus.local", DevelopmentOperator.PASSWORD, "Operator");
        return platform.call(UserMessages.ENSURE_OPERATOR, Principal.service("launcher"), command, User.class);
    }

    private void start(Map<String, String> settings) {
        platform.deploy(new UserModule(), settings, database);
    }

    @Test
    void itIsMadeOnlyForDevelopment() {
        start(PRODUCTION);

        assertThat(code(seed())).isEqualTo(Refusals.FORBIDDEN);
    }

    @Test
    void withThePasswordThatEverybodyKnowsItKeepsAServiceFromStartingUnlessForDevelopment() {
        start(DEVELOPMENT);
        User operator = done(seed());

        assertThatThrownBy(() -> start(PRODUCTION))
                .hasCauseInstanceOf(StartRefused.class)
                .hasMessageContaining(DevelopmentOperator.EMAIL)
                .hasMessageContaining("node.development");
        start(DEVELOPMENT);

        done(platform.call(
                UserMessages.CHANGE_PASSWORD,
                Principal.user(operator.id(), operator.roles()),
                new ChangePassword(DevelopmentOperator.PASSWORD, "a quiet operator", null),
                Done.class));
        start(PRODUCTION);
    }

    @Test
    void disabledItHarmsNobody() {
        start(DEVELOPMENT);
        User operator = done(seed());
        database.execute("update account set disabled = true where id = ?", operator.id());

        start(PRODUCTION);
    }

    /** Anybody may register, and must not be able to keep the service from starting. */
    @Test
    void aCustomerWhoTakesItsAddressAndPasswordIsACustomer() {
        start(PRODUCTION);
        var command = new Register(DevelopmentOperator.EMAIL, DevelopmentOperator.PASSWORD, "Mallory");
        done(platform.call(UserMessages.REGISTER, Principal.ANONYMOUS, command, User.class));

        start(PRODUCTION);
    }
}
