package io.trolleybus.gateway;

import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** Accounts and sessions. */
final class UserOperations {
    private final Bus bus;
    private final RateLimit logins;

    UserOperations(Bus bus, RateLimit logins) {
        this.bus = bus;
        this.logins = logins;
    }

    Map<String, Action> actions() {
        return Map.of(
                "registerUser", this::register,
                "login", this::login,
                "refresh", this::refresh,
                "logout", this::logout,
                "getMe", this::me,
                "getUser", this::user);
    }

    private Future<Answer> register(Exchange exchange) {
        return bus.once(exchange, UserMessages.REGISTER, exchange.body(Register.class), User.class)
                .map(user -> Answer.created("/api/v1/users/" + user.id(), user));
    }

    private Future<Answer> login(Exchange exchange) {
        Login login = exchange.body(Login.class);
        RateLimit.Grant grant = logins.take(exchange.request().remoteAddress().hostAddress());
        if (!grant.granted()) {
            throw Rejected.withHeader(
                    ProblemType.TOO_MANY_LOGINS,
                    "Try again later.",
                    Answer.RETRY_AFTER,
                    Long.toString(grant.retryAfterSeconds()));
        }
        return bus.once(exchange, UserMessages.LOGIN, login, Session.class).map(session -> Answer.json(200, session));
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
