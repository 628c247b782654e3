package io.trolleybus.user.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.user.domain.UserEvent.PasswordChanged;
import io.trolleybus.user.domain.UserEvent.UserDisabled;
import io.trolleybus.user.domain.UserEvent.UserEnabled;
import io.trolleybus.user.domain.UserEvent.UserErased;
import io.trolleybus.user.domain.UserEvent.UserRenamed;
import io.trolleybus.user.domain.Verdict.Happened;
import io.trolleybus.user.domain.Verdict.Unchanged;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccountRulesTest {
    private static final UUID ADA = new UUID(0, 1);
    private static final UUID OTTO = new UUID(0, 2);

    private static User user(UUID id, boolean disabled, String... roles) {
        return new User(id, "ada@example.org", "Ada", List.of(roles), Instant.EPOCH, disabled);
    }

    private static User ada() {
        return user(ADA, false, Principal.CUSTOMER);
    }

    private static User disabledAda() {
        return user(ADA, true, Principal.CUSTOMER);
    }

    private static User otto() {
        return user(OTTO, false, Principal.CUSTOMER, Principal.OPERATOR);
    }

    private static String refusalOf(Verdict verdict) {
        return verdict.fold(Refusal::code, "unchanged", UserEvent::toString);
    }

    @Test
    void whoTakesAnotherNameIsRenamedAndWhoTakesTheSameIsNot() {
        assertThat(AccountRules.rename(ada(), "Augusta")).isEqualTo(new Happened(new UserRenamed(ADA, ADA)));
        assertThat(AccountRules.rename(ada(), "Ada")).isEqualTo(new Unchanged());
        assertThat(refusalOf(AccountRules.rename(ada(), ""))).isEqualTo(Refusals.INVALID);
        assertThat(refusalOf(AccountRules.rename(ada(), "A".repeat(Registration.MAX_NAME_CHARS + 1))))
                .isEqualTo(Refusals.INVALID);
    }

    @Test
    void aPasswordIsChangedIfTheOneThatWasCheckedIsStillTheUsers() {
        assertThat(AccountRules.changePassword(ada(), true)).isEqualTo(new Happened(new PasswordChanged(ADA, ADA)));
        assertThat(refusalOf(AccountRules.changePassword(ada(), false))).isEqualTo(Refusals.WRONG_PASSWORD);
    }

    @Test
    void anOperatorKeepsOthersOutAndLetsThemInAgain() {
        assertThat(AccountRules.disable(ada(), otto())).isEqualTo(new Happened(new UserDisabled(ADA, OTTO)));
        assertThat(AccountRules.disable(disabledAda(), otto())).isEqualTo(new Unchanged());
        assertThat(AccountRules.enable(disabledAda(), otto())).isEqualTo(new Happened(new UserEnabled(ADA, OTTO)));
        assertThat(AccountRules.enable(ada(), otto())).isEqualTo(new Unchanged());
    }

    @Test
    void anOperatorCannotDisableTheOwnAccount() {
        assertThat(refusalOf(AccountRules.disable(otto(), otto()))).isEqualTo(Refusals.OWN_ACCOUNT);
    }

    @Test
    void whoIsNoOperatorAnyMoreKeepsNobodyOutAndLetsNobodyIn() {
        var disabledOtto = user(OTTO, true, Principal.OPERATOR);
        for (User by : Arrays.asList(disabledOtto, ada(), null)) {
            assertThat(refusalOf(AccountRules.disable(ada(), by))).isEqualTo(Refusals.FORBIDDEN);
            assertThat(refusalOf(AccountRules.enable(disabledAda(), by))).isEqualTo(Refusals.FORBIDDEN);
        }
    }

    @Test
    void anybodyMayBeErasedButTheLastOperator() {
        assertThat(AccountRules.erase(ada(), false)).isEqualTo(new Happened(new UserErased(ADA, ADA)));
        assertThat(AccountRules.erase(otto(), true)).isEqualTo(new Happened(new UserErased(OTTO, OTTO)));
        assertThat(refusalOf(AccountRules.erase(otto(), false))).isEqualTo(Refusals.LAST_OPERATOR);
    }

    @Test
    void whoIsDisabledChangesNothing() {
        assertThat(refusalOf(AccountRules.rename(disabledAda(), "Augusta"))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(refusalOf(AccountRules.changePassword(disabledAda(), true))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(refusalOf(AccountRules.erase(disabledAda(), true))).isEqualTo(Refusals.FORBIDDEN);
    }
}
