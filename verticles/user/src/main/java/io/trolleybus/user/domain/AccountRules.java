package io.trolleybus.user.domain;

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
import org.jspecify.annotations.Nullable;

/**
 * Who may change what about an account. They hold for an account that nobody else is changing. There is an operator
 * left whatever happens, or nobody could let anybody in again: who disables others stays, and the last one is not
 * erased.
 */
public final class AccountRules {
    private AccountRules() {}

    public static Verdict rename(User user, String name) {
        if (user.disabled()) {
            return disabled();
        }
        return Registration.nameObjection(name)
                .<Verdict>map(Verdict.Refused::new)
                .orElseGet(() -> user.name().equals(name)
                        ? new Unchanged()
                        : new Happened(new UserRenamed(user.id(), user.id())));
    }

    /** @param stillCurrent whether the password that was checked is still the user's */
    public static Verdict changePassword(User user, boolean stillCurrent) {
        if (user.disabled()) {
            return disabled();
        }
        return stillCurrent
                ? new Happened(new PasswordChanged(user.id(), user.id()))
                : new Verdict.Refused(wrongPassword());
    }

    /** @param by the one who wants it as the account stands now, of which the token may not know; null if erased */
    public static Verdict disable(User user, @Nullable User by) {
        if (by == null || !actsAsOperator(by)) {
            return new Verdict.Refused(notAnOperator());
        }
        if (by.id().equals(user.id())) {
            return Verdict.refused(Refusals.OWN_ACCOUNT, "an operator cannot disable the own account");
        }
        return user.disabled() ? new Unchanged() : new Happened(new UserDisabled(user.id(), by.id()));
    }

    /** @param by see {@link #disable} */
    public static Verdict enable(User user, @Nullable User by) {
        if (by == null || !actsAsOperator(by)) {
            return new Verdict.Refused(notAnOperator());
        }
        return user.disabled() ? new Happened(new UserEnabled(user.id(), by.id())) : new Unchanged();
    }

    /** @param othersOperate whether there is another operator who is not disabled */
    public static Verdict erase(User user, boolean othersOperate) {
        if (user.disabled()) {
            return disabled();
        }
        return isOperator(user) && !othersOperate
                ? Verdict.refused(Refusals.LAST_OPERATOR, "the last operator cannot be erased")
                : new Happened(new UserErased(user.id(), user.id()));
    }

    public static Refusal wrongPassword() {
        return Refusal.of(Refusals.WRONG_PASSWORD, "the current password is another one");
    }

    public static boolean isOperator(User user) {
        return user.roles().contains(Principal.OPERATOR);
    }

    public static Refusal notAnOperator() {
        return Refusal.of(Refusals.FORBIDDEN, "only an operator may keep users out or let them in");
    }

    private static boolean actsAsOperator(User user) {
        return isOperator(user) && !user.disabled();
    }

    private static Verdict disabled() {
        return Verdict.refused(Refusals.FORBIDDEN, "the account is disabled");
    }
}
