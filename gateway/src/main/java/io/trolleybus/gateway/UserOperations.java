package io.trolleybus.gateway;

import io.trolleybus.model.EmailAddress;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.RenameUser;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Accounts and sessions. */
final class UserOperations {
    private static final String ACCOUNT = "account:";

    private final Bus bus;
    private final RateLimit logins;
    private final ClientAddress clients;

    UserOperations(Bus bus, RateLimit logins, ClientAddress clients) {
        this.bus = bus;
        this.logins = logins;
        this.clients = clients;
    }

    /** What may be changed of the own account; what is null stays. */
    private record OwnChange(@Nullable String name) {}

    private record NewPassword(String currentPassword, String newPassword) {
        /** Without the passwords, so that it can be logged. */
        @Override
        public String toString() {
            return "NewPassword";
        }
    }

    private record Standing(boolean disabled) {}

    Map<String, Action> actions() {
        return Map.of(
                "registerUser", this::register,
                "login", this::login,
                "refresh", this::refresh,
                "logout", this::logout,
                "getMe", this::me,
                "changeMe", this::rename,
                "changePassword", this::changePassword,
                "eraseMe", this::erase,
                "getUser", this::user,
                "changeUser", this::setDisabled);
    }

    private Future<Answer> register(Exchange exchange) {
        return bus.once(exchange, UserMessages.REGISTER, exchange.body(Register.class), User.class)
                .map(user -> Answer.created("/api/v1/users/" + user.id(), user));
    }

    private Future<Answer> login(Exchange exchange) {
        Login login = exchange.body(Login.class);
        String account = ACCOUNT + EmailAddress.comparable(login.email());
        return limitLogins(exchange, account)
                .compose(passed -> bus.once(exchange, UserMessages.LOGIN, login, Session.class))
                .map(session -> Answer.json(200, session));
    }

    /**
     * Whoever lets us check a password is limited, by address and by account, known or not: that is costly, and tells
     * whether it was right. The limit refills all the time, so nobody can lock another out for good.
     */
    private Future<Void> limitLogins(Exchange exchange, String account) {
        return limitLogins(clients.of(exchange.request())).compose(passed -> limitLogins(account));
    }

    private Future<Void> limitLogins(String key) {
        return logins.take(key)
                .compose(grant -> grant.granted()
                        ? Future.succeededFuture()
                        : Future.failedFuture(grant.rejection(ProblemType.TOO_MANY_LOGINS, "Try again later.")));
    }

    private Future<Answer> refresh(Exchange exchange) {
        return bus.once(exchange, UserMessages.REFRESH, exchange.body(Refresh.class), Session.class)
                .map(session -> Answer.json(200, session));
    }

    private Future<Answer> logout(Exchange exchange) {
        return bus.once(exchange, UserMessages.LOGOUT, exchange.body(Logout.class), Done.class)
                .map(done -> Answer.empty(204));
    }

    private Future<Answer> me(Exchange exchange) {
        return answerUser(exchange, exchange.userId());
    }

    private Future<Answer> rename(Exchange exchange) {
        String name = exchange.body(OwnChange.class).name;
        return name == null ? me(exchange) : repeat(exchange, UserMessages.RENAME, new RenameUser(name));
    }

    private Future<Answer> changePassword(Exchange exchange) {
        NewPassword wanted = exchange.body(NewPassword.class);
        var command = new ChangePassword(
                wanted.currentPassword, wanted.newPassword, exchange.caller().sessionId());
        return limitLogins(exchange, exchange.principal().name())
                .compose(passed -> bus.once(exchange, UserMessages.CHANGE_PASSWORD, command, Done.class))
                .map(done -> Answer.empty(204));
    }

    private Future<Answer> erase(Exchange exchange) {
        return bus.repeat(exchange, UserMessages.ERASE, new EraseUser(), Done.class)
                .map(done -> Answer.empty(204));
    }

    private Future<Answer> setDisabled(Exchange exchange) {
        UUID id = Parameters.id(exchange);
        return exchange.body(Standing.class).disabled
                ? repeat(exchange, UserMessages.DISABLE, new DisableUser(id))
                : repeat(exchange, UserMessages.ENABLE, new EnableUser(id));
    }

    private Future<Answer> repeat(Exchange exchange, String address, Object command) {
        return bus.repeat(exchange, address, command, User.class).map(user -> Answer.json(200, user));
    }

    private Future<Answer> user(Exchange exchange) {
        return answerUser(exchange, visibleUser(exchange));
    }

    private Future<Answer> answerUser(Exchange exchange, UUID id) {
        return bus.read(exchange, UserMessages.GET, new GetUser(id), User.class).map(user -> Answer.json(200, user));
    }

    /** The user in the path, whom strangers cannot tell from one who does not exist. */
    static UUID visibleUser(Exchange exchange) {
        UUID id = Parameters.id(exchange);
        if (!exchange.principal().maySee(id)) {
            throw Rejected.because(ProblemType.NOT_FOUND, "There is no such user.");
        }
        return id;
    }
}
