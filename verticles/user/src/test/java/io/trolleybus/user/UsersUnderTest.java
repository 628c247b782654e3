package io.trolleybus.user;

import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A running user service, and what people and operators do with it. */
final class UsersUnderTest implements AutoCloseable {
    static final String PASSWORD = "a quiet tram";

    private static final int MANY = 1_000;

    final TestPlatform platform = TestPlatform.start();
    private final TestService service = platform.deploy(new UserModule());

    /** Runs work with the sessions as the service does. */
    <T> Future<T> withSessions(Function<Sessions, Future<T>> work) {
        return service.onLoop(
                context -> work.apply(new Sessions(context.database().reads())));
    }

    TestDatabase database() {
        return service.database();
    }

    User register(String email, String name) {
        return done(platform.call(
                UserMessages.REGISTER, Principal.ANONYMOUS, new Register(email, PASSWORD, name), User.class));
    }

    User operator(String email) {
        var command = new EnsureOperator(email, PASSWORD, "Operator");
        return done(platform.call(UserMessages.ENSURE_OPERATOR, Principal.service("launcher"), command, User.class));
    }

    Reply<Session> logIn(User user, String password) {
        return logIn(user.email(), password);
    }

    Reply<Session> logIn(String email, String password) {
        return platform.call(UserMessages.LOGIN, Principal.ANONYMOUS, new Login(email, password), Session.class);
    }

    Reply<Session> refresh(Session session) {
        return platform.call(
                UserMessages.REFRESH, Principal.ANONYMOUS, new Refresh(session.refreshToken()), Session.class);
    }

    Reply<Done> changePassword(User user, String current, String fresh, @Nullable UUID session) {
        return as(user, UserMessages.CHANGE_PASSWORD, new ChangePassword(current, fresh, session), Done.class);
    }

    <R> Reply<R> as(User user, String address, Object command, Class<R> result) {
        return platform.call(address, principal(user), command, result);
    }

    static Principal principal(User user) {
        return Principal.user(user.id(), user.roles());
    }

    List<UUID> revokedSessions() {
        return done(platform.call(
                        UserMessages.REVOKED_SESSIONS,
                        Principal.service("gateway"),
                        new FindRevokedSessions(null, MANY),
                        RevokedSessions.class))
                .items()
                .stream()
                .map(RevokedSession::id)
                .toList();
    }

    /** What the journal says of a user: types and who did it. */
    List<List<Object>> story(User user) {
        return database().rows("select type, data ->> 'by' from journal where stream = ? order by version", user.id());
    }

    static UUID idOf(Session session) {
        String body = session.accessToken().split("\\.", -1)[1];
        return UUID.fromString(
                new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(body))).getString("sid"));
    }

    static <R> R done(Reply<R> reply) {
        return reply.fold(result -> result, refusal -> {
            throw new AssertionError(refusal.toString());
        });
    }

    static String code(Reply<?> reply) {
        return reply.fold(done -> "done", Refusal::code);
    }

    @Override
    public void close() {
        platform.close();
    }
}
