package io.trolleybus.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.Done;
import io.trolleybus.model.UserMessages.EnsureOperator;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.GetUser;
import io.trolleybus.model.UserMessages.Jwk;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.model.UserMessages.Login;
import io.trolleybus.model.UserMessages.Logout;
import io.trolleybus.model.UserMessages.Refresh;
import io.trolleybus.model.UserMessages.Register;
import io.trolleybus.model.UserMessages.Session;
import io.trolleybus.model.UserMessages.User;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserServiceTest {
    private static final String EMAIL = "Ada@example.org";
    private static final String PASSWORD = "a quiet tram";

    private TestPlatform platform;
    private TestService service;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        service = platform.deploy(new UserModule());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private <R> Reply<R> ask(String address, Object command, Class<R> result) {
        return platform.call(address, Principal.ANONYMOUS, command, result);
    }

    private static <R> R done(Reply<R> reply) {
        return reply.fold(result -> result, refusal -> {
            throw new AssertionError(refusal.toString());
        });
    }

    private static String code(Reply<?> reply) {
        return reply.fold(done -> "done", Refusal::code);
    }

    private User register() {
        return done(ask(UserMessages.REGISTER, new Register(EMAIL, PASSWORD, "Ada"), User.class));
    }

    private Reply<Session> logIn(String email, String password) {
        return ask(UserMessages.LOGIN, new Login(email, password), Session.class);
    }

    private Reply<Session> refresh(String token) {
        return ask(UserMessages.REFRESH, new Refresh(token), Session.class);
    }

    private JWTAuth verifier() {
        var options = new JWTAuthOptions();
        Jwks keys = done(ask(UserMessages.KEYS, new GetKeys(), Jwks.class));
        keys.keys().forEach(key -> options.addJwk(new JsonObject(Json.write(key))));
        return JWTAuth.create(platform.vertx(), options);
    }

    @Test
    void aUserRegistersLogsInAndIsFound() {
        User user = register();

        assertThat(user.email()).isEqualTo(EMAIL);
        assertThat(user.roles()).containsExactly(Principal.CUSTOMER);
        assertThat(code(logIn("ada@EXAMPLE.org", PASSWORD))).isEqualTo("done");
        var self = Principal.user(user.id(), user.roles());
        assertThat(done(platform.call(UserMessages.GET, self, new GetUser(user.id()), User.class)))
                .isEqualTo(user);
    }

    @Test
    void anAddressHasOneAccount() {
        register();

        var again = new Register("ada@EXAMPLE.ORG", "another quiet tram", "Bob");
        assertThat(code(ask(UserMessages.REGISTER, again, User.class))).isEqualTo(Refusals.EMAIL_TAKEN);
        assertThat(service.database().number("select count(*) from account")).isEqualTo(1);
    }

    @Test
    void theSameRegistrationSentTwiceIsOneUser() {
        Call call = platform.newCall(Principal.ANONYMOUS);
        var command = new Register(EMAIL, PASSWORD, "Ada");

        User first = done(Futures.await(platform.send(UserMessages.REGISTER, call, command, User.class)));
        User second = done(Futures.await(platform.send(UserMessages.REGISTER, call, command, User.class)));

        assertThat(second).isEqualTo(first);
        assertThat(service.database().number("select count(*) from journal")).isEqualTo(1);
    }

    @Test
    void whatIsPersonalStandsInTheAccountOnly() {
        User user = register();
        done(logIn(EMAIL, PASSWORD));

        assertThat(service.database().value("select data::text from journal"))
                .isEqualTo("{\"userId\":\"" + user.id() + "\"}");
        assertThat(service.database().value("select password_hash from account").toString())
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$")
                .doesNotContain(PASSWORD);
    }

    @Test
    void aWeakPasswordAndABadAddressAreRefused() {
        assertThat(code(ask(UserMessages.REGISTER, new Register(EMAIL, "password123", "Ada"), User.class)))
                .isEqualTo(Refusals.WEAK_PASSWORD);
        assertThat(code(ask(UserMessages.REGISTER, new Register("ada", PASSWORD, "Ada"), User.class)))
                .isEqualTo(Refusals.INVALID);
        assertThat(service.database().number("select count(*) from account")).isZero();
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressAreAnsweredAlike() {
        register();

        Reply<Session> wrong = logIn(EMAIL, "a loud tram");
        Reply<Session> unknown = logIn("eve@example.org", "a loud tram");

        assertThat(code(wrong)).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(unknown).isEqualTo(wrong);
        assertThat(code(logIn(EMAIL, "x".repeat(1_000)))).isEqualTo(Refusals.BAD_CREDENTIALS);
    }

    @Test
    void anybodyCanVerifyAnAccessTokenWithThePublishedKeys() {
        User user = register();
        Session session = done(logIn(EMAIL, PASSWORD));

        Futures.await(verifier().authenticate(new TokenCredentials(session.accessToken())));
        String body = session.accessToken().split("\\.", -1)[1];
        var claims = new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(body)));

        assertThat(claims.getString("iss")).isEqualTo("trolleybus");
        assertThat(claims.getString("sub")).isEqualTo(user.id().toString());
        assertThat(claims.getJsonArray("roles")).containsExactly("customer");
        assertThat(claims.getString("sid"))
                .isEqualTo(service.database().value("select id from session").toString());
        assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(session.expiresIn());
        assertThat(UUID.fromString(claims.getString("jti"))).isNotNull();
        assertThat(session.tokenType()).isEqualTo("Bearer");
    }

    @Test
    void anAlteredAccessTokenIsNoGood() {
        register();
        String token = done(logIn(EMAIL, PASSWORD)).accessToken();
        int body = token.indexOf('.') + 10;
        char other = token.charAt(body) == 'A' ? 'B' : 'A';
        String altered = token.substring(0, body) + other + token.substring(body + 1);

        assertThat(Futures.awaitFailure(verifier().authenticate(new TokenCredentials(altered))))
                .isNotNull();
    }

    @Test
    void theSigningKeySurvivesARestartAndIsSharedByInstances() {
        List<Jwk> before =
                done(ask(UserMessages.KEYS, new GetKeys(), Jwks.class)).keys();
        service.restart();
        platform.deploy(new UserModule(), Map.of(), service.database());

        assertThat(done(ask(UserMessages.KEYS, new GetKeys(), Jwks.class)).keys())
                .isEqualTo(before)
                .hasSize(1);
    }

    @Test
    void aRefreshTokenIsGoodOnceAndItsReuseEndsTheSession() {
        register();
        Session first = done(logIn(EMAIL, PASSWORD));
        Session second = done(refresh(first.refreshToken()));

        assertThat(code(refresh(first.refreshToken()))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(refresh(second.refreshToken()))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(logIn(EMAIL, PASSWORD))).isEqualTo("done");
    }

    @Test
    void aRefreshSentTwiceByTheSameMessageIsNoReuse() {
        register();
        Session session = done(logIn(EMAIL, PASSWORD));
        Call call = platform.newCall(Principal.ANONYMOUS);
        var command = new Refresh(session.refreshToken());

        done(Futures.await(platform.send(UserMessages.REFRESH, call, command, Session.class)));
        Session repeated = done(Futures.await(platform.send(UserMessages.REFRESH, call, command, Session.class)));

        assertThat(code(refresh(repeated.refreshToken()))).isEqualTo("done");
    }

    @Test
    void ofSeveralWhoRefreshAtOnceOneGetsASuccessorAndNobodyKeepsTheSession() {
        register();
        Session session = done(logIn(EMAIL, PASSWORD));

        var answers = IntStream.range(0, 8)
                .mapToObj(i -> platform.send(
                        UserMessages.REFRESH,
                        platform.newCall(Principal.ANONYMOUS),
                        new Refresh(session.refreshToken()),
                        Session.class))
                .toList();

        List<Reply<Session>> heard = answers.stream().map(Futures::await).toList();

        assertThat(heard.stream().map(UserServiceTest::code)).containsOnlyOnce("done");
        Session successor = done(heard.stream()
                .filter(reply -> code(reply).equals("done"))
                .findFirst()
                .orElseThrow());
        assertThat(code(refresh(successor.refreshToken())))
                .as("nobody knows which of them is the thief")
                .isEqualTo(Refusals.BAD_CREDENTIALS);
    }

    @Test
    void otherSessionsOutliveTheEndOfOne() {
        register();
        Session one = done(logIn(EMAIL, PASSWORD));
        Session other = done(logIn(EMAIL, PASSWORD));

        done(ask(UserMessages.LOGOUT, new Logout(one.refreshToken()), Done.class));

        assertThat(code(refresh(one.refreshToken()))).isEqualTo(Refusals.BAD_CREDENTIALS);
        assertThat(code(refresh(other.refreshToken()))).isEqualTo("done");
        assertThat(code(ask(UserMessages.LOGOUT, new Logout("nonsense"), Done.class)))
                .isEqualTo("done");
    }

    @Test
    void refreshTokensAreNotKeptInTheClear() {
        register();
        Session session = done(logIn(EMAIL, PASSWORD));

        assertThat(service.database().value("select encode(hash, 'escape') || hash::text from refresh_token"))
                .asString()
                .doesNotContain(session.refreshToken());
    }

    @Test
    void aUserIsSeenByItselfByOperatorsAndByServicesOnly() {
        UUID id = register().id();
        var command = new GetUser(id);
        var stranger = Principal.user(UUID.randomUUID(), List.of(Principal.CUSTOMER));
        var operator = Principal.user(UUID.randomUUID(), List.of(Principal.OPERATOR));

        assertThat(code(platform.call(UserMessages.GET, stranger, command, User.class)))
                .isEqualTo(Refusals.NOT_FOUND);
        assertThat(code(platform.call(UserMessages.GET, Principal.ANONYMOUS, command, User.class)))
                .isEqualTo(Refusals.NOT_FOUND);
        assertThat(code(platform.call(UserMessages.GET, operator, command, User.class)))
                .isEqualTo("done");
        assertThat(code(platform.call(UserMessages.GET, Principal.service("order"), command, User.class)))
                .isEqualTo("done");
    }

    @Test
    void theLauncherAndNobodyElseMakesOperators() {
        var command = new EnsureOperator("otto@example.org", "a quiet operator", "Operator");
        var launcher = Principal.service("launcher");

        assertThat(code(ask(UserMessages.ENSURE_OPERATOR, command, User.class))).isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(platform.call(UserMessages.ENSURE_OPERATOR, Principal.service("gateway"), command, User.class)))
                .isEqualTo(Refusals.FORBIDDEN);

        User first = done(platform.call(UserMessages.ENSURE_OPERATOR, launcher, command, User.class));
        User second = done(platform.call(UserMessages.ENSURE_OPERATOR, launcher, command, User.class));

        assertThat(first.roles()).contains(Principal.OPERATOR);
        assertThat(second).isEqualTo(first);
        assertThat(code(logIn("otto@example.org", "a quiet operator"))).isEqualTo("done");
    }

    @Test
    void anExistingUserBecomesAnOperatorAndKeepsThePassword() {
        register();
        var command = new EnsureOperator(EMAIL, "some other password", "Operator");

        User promoted =
                done(platform.call(UserMessages.ENSURE_OPERATOR, Principal.service("launcher"), command, User.class));

        assertThat(promoted.roles()).containsExactly(Principal.CUSTOMER, Principal.OPERATOR);
        assertThat(code(logIn(EMAIL, PASSWORD))).isEqualTo("done");
    }

    /** Anybody can have registered the address before. */
    @Test
    void nobodyIsMadeAnOperatorByChance() {
        UUID id = register().id();
        var launcher = Principal.service("launcher");
        var opened = new EnsureOperator(EMAIL, "a quiet operator", "Operator", true);
        var promoted = new EnsureOperator("nobody@example.org", null, null, null);

        assertThat(code(platform.call(UserMessages.ENSURE_OPERATOR, launcher, opened, User.class)))
                .isEqualTo(Refusals.EMAIL_TAKEN);
        assertThat(done(platform.call(UserMessages.GET, Principal.service("order"), new GetUser(id), User.class))
                        .roles())
                .containsExactly(Principal.CUSTOMER);
        assertThat(code(platform.call(UserMessages.ENSURE_OPERATOR, launcher, promoted, User.class)))
                .isEqualTo(Refusals.NOT_FOUND);
    }

    @Test
    void theRunTimeRoleCannotTouchKeysOrHistory() throws Exception {
        try (var connection = service.database().connect();
                var statement = connection.createStatement()) {
            statement.execute("set role \"user\"");
            for (String sql : List.of(
                    "delete from journal",
                    "update journal set type = ''",
                    "delete from signing_key",
                    "update signing_key set kid = ''",
                    "update account set email = ''",
                    "delete from journal_head",
                    "update revoked_session set id = id")) {
                assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("permission denied");
            }
        }
    }
}
