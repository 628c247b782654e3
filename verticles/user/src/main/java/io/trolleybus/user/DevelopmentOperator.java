package io.trolleybus.user;

import io.trolleybus.chassis.StartRefused;
import io.trolleybus.model.EmailAddress;
import io.trolleybus.model.Principal;
import io.vertx.core.Future;

/** The operator of development platforms. Whoever reads the manual knows the password. */
public final class DevelopmentOperator {
    public static final String EMAIL = "operator@trolleybus.local";
    public static final String PASSWORD = "trolleybus-operator";

    private DevelopmentOperator() {}

    static boolean isAt(String email) {
        return EmailAddress.comparable(email).equals(EMAIL);
    }

    /**
     * Fails with {@link StartRefused} if that operator can log in with that password. A customer may have that address
     * and even that password: anybody can register, and must not be able to keep the service from starting.
     */
    static Future<Void> requireNone(Accounts accounts, PasswordHasher hasher) {
        return accounts.findByEmail(EMAIL)
                .compose(found -> found.filter(DevelopmentOperator::operates)
                        .map(account -> hasher.matches(PASSWORD, account.passwordHash()))
                        .orElse(Future.succeededFuture(false)))
                .compose(isPublic -> isPublic ? Future.failedFuture(refused()) : Future.succeededFuture());
    }

    private static boolean operates(Account account) {
        return account.user().roles().contains(Principal.OPERATOR)
                && !account.user().disabled();
    }

    private static StartRefused refused() {
        return new StartRefused("the operator " + EMAIL + " still has the password that everybody knows. If this is a"
                + " platform for development, set node.development to true (TROLLEYBUS_NODE_DEVELOPMENT). If not, do so"
                + " once where only you reach it, give that operator another password"
                + " (POST /api/v1/users/me/password), and start again without");
    }
}
