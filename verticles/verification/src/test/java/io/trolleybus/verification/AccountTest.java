package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people do with their own accounts, and operators with those of others. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class AccountTest {

    private static final String ME = "/api/v1/users/me";
    private static final String OTHER_PASSWORD = "wrong-horse-battery-staple";

    /** Gateways ask every second, and a busy machine may be late. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(20);

    private final Platform platform;
    private final Shop shop;
    private final Session operator;
    private final Customer bob;

    AccountTest(Platform platform, Shop shop) {
        this.platform = platform;
        this.shop = shop;
        this.operator = shop.operator().session();
        this.bob = shop.newCustomer();
    }

    /** What a log-in answers. */
    private record Tokens(String accessToken, String refreshToken) {}

    @Test
    void aCustomerTakesAnotherName() {
        Customer ada = shop.newCustomer();

        JsonNode renamed = change(ada.session(), ME, Map.of("name", "Augusta Ada"))
                .expect(200)
                .json();

        assertThat(renamed.path("name").asText()).isEqualTo("Augusta Ada");
        assertThat(renamed.path("email").asText()).isEqualTo(ada.email());
        assertThat(me(ada.session())).isEqualTo(renamed);
        assertThat(change(ada.session(), ME, Map.of()).expect(200).json()).isEqualTo(renamed);
    }

    @Test
    void aNewPasswordEndsTheOtherSessionsAndLeavesThisOne() {
        Customer ada = shop.newCustomer();
        Tokens mine = login(ada.email(), Customer.PASSWORD).expect(200).as(Tokens.class);
        Session session = session(mine);

        Problem wrong = changePassword(session, OTHER_PASSWORD, OTHER_PASSWORD).expectProblem(403);
        assertThat(wrong.type()).isEqualTo("/problems/wrong-password");
        Problem weak = changePassword(session, Customer.PASSWORD, "password123").expectProblem(400);
        assertThat(weak.type()).isEqualTo("/problems/weak-password");
        changePassword(session, Customer.PASSWORD, OTHER_PASSWORD).expect(204);

        awaitRefusal(ada.session());
        session.get(ME).expect(200);
        Tokens next = refresh(mine).expect(200).as(Tokens.class);
        session(next).get(ME).expect(200);
        login(ada.email(), Customer.PASSWORD).expectProblem(401);
        login(ada.email(), OTHER_PASSWORD).expect(200);
    }

    @Test
    void aRefreshTokenThatComesTwiceEndsItsSession() {
        Customer ada = shop.newCustomer();
        Tokens stolen = login(ada.email(), Customer.PASSWORD).expect(200).as(Tokens.class);
        Tokens thiefs = refresh(stolen).expect(200).as(Tokens.class);

        refresh(stolen).expectProblem(401);

        refresh(thiefs).expectProblem(401);
        awaitRefusal(session(thiefs));
        ada.session().get(ME).expect(200);
    }

    @Test
    void aLogOutEndsTheAccessTokenToo() {
        Customer ada = shop.newCustomer();
        Tokens tokens = login(ada.email(), Customer.PASSWORD).expect(200).as(Tokens.class);

        shop.gateway()
                .post("/api/v1/auth/logout", Map.of("refreshToken", tokens.refreshToken()))
                .expect(204);

        awaitRefusal(session(tokens));
        ada.session().get(ME).expect(200);
    }

    @Test
    void anOperatorKeepsACustomerOutAndLetsThemInAgain() {
        Customer ada = shop.newCustomer();
        Tokens tokens = login(ada.email(), Customer.PASSWORD).expect(200).as(Tokens.class);
        String account = "/api/v1/users/" + ada.id();

        assertThat(change(operator, account, Map.of("disabled", true))
                        .expect(200)
                        .json()
                        .path("disabled")
                        .asBoolean())
                .isTrue();

        Problem kept = login(ada.email(), Customer.PASSWORD).expectProblem(401);
        Problem wrong = login(ada.email(), OTHER_PASSWORD).expectProblem(401);
        assertThat(kept.type() + kept.title() + kept.detail()).isEqualTo(wrong.type() + wrong.title() + wrong.detail());
        refresh(tokens).expectProblem(401);
        awaitRefusal(session(tokens));
        awaitRefusal(ada.session());

        change(operator, account, Map.of("disabled", false)).expect(200);
        refresh(tokens).expectProblem(401);
        Tokens again = login(ada.email(), Customer.PASSWORD).expect(200).as(Tokens.class);
        session(again).get(ME).expect(200);
    }

    @Test
    void whoMayNotKeepOthersOutDoesNot() {
        Customer ada = shop.newCustomer();
        Customer eve = shop.newCustomer();

        change(eve.session(), "/api/v1/users/" + ada.id(), Map.of("disabled", true))
                .expectProblem(403);
        change(operator, "/api/v1/users/" + UUID.randomUUID(), Map.of("disabled", true))
                .expectProblem(404);
        Problem own = change(
                        operator, "/api/v1/users/" + me(operator).path("id").asText(), Map.of("disabled", true))
                .expectProblem(409);
        assertThat(own.type()).isEqualTo("/problems/own-account");
        ada.session().get(ME).expect(200);
    }

    @Test
    void anExportHasWhatIsKeptAndNoSecrets() {
        Customer ada = shop.newCustomer();
        Order order = ada.buyToTheEnd(Purchase.of(shop.operator().addProduct(Money.eur(700), 5), 2));

        Reply reply = ada.session().get(ME + "/export").expect(200);

        JsonNode export = reply.json();
        assertThat(export.path("user")).isEqualTo(me(ada.session()));
        assertThat(export.path("sessions")).hasSize(1);
        assertThat(export.at("/sessions/0/revokedAt").isNull()).isTrue();
        assertThat(export.at("/history/0/type").asText()).isEqualTo("UserRegistered");
        assertThat(Json.items(Order.class, export.at("/orders/items"))).containsExactly(order);
        assertThat(export.at("/orders/nextCursor").isNull()).isTrue();
        assertThat(export.at("/payments/0/orderId").asText()).isEqualTo(order.id());
        assertThat(export.at("/payments/0/status").asText()).isEqualTo("CAPTURED");
        assertThat(reply.body()).doesNotContain("argon2", "Token", "hash");
    }

    @Test
    void anErasedCustomerLeavesOrdersAndNothingElse() throws SQLException {
        Customer ada = shop.newCustomer();
        String name = "Augusta " + UUID.randomUUID();
        change(ada.session(), ME, Map.of("name", name)).expect(200);
        Tokens tokens = login(ada.email(), Customer.PASSWORD).expect(200).as(Tokens.class);
        Order order = ada.buyToTheEnd(Purchase.of(shop.operator().addProduct(Money.eur(700), 5), 1));
        assertThat(platform.databases().tablesWith(ada.email())).containsExactly("user.account");

        erase(session(tokens)).expect(204);

        login(ada.email(), Customer.PASSWORD).expectProblem(401);
        refresh(tokens).expectProblem(401);
        assertThat(erase(session(tokens)).status()).as("erased again").isIn(204, 401);
        awaitRefusal(session(tokens));
        awaitRefusal(ada.session());
        operator.get("/api/v1/users/" + ada.id()).expectProblem(404);
        assertThat(shop.operator().order(order.id())).isEqualTo(order);
        for (String personal : List.of(ada.email(), name)) {
            assertThat(platform.databases().tablesWith(personal)).isEmpty();
            assertThat(platform.log().linesWith(personal)).isEmpty();
        }
        assertThat(platform.databases().tablesWith(ada.id())).contains("user.journal", "order.orders");

        String next = register(ada.email()).expect(201).json().path("id").asText();
        assertThat(next).isNotEqualTo(ada.id());
        login(ada.email(), Customer.PASSWORD).expect(200);
    }

    @Test
    void theOnlyOperatorCannotBeErased() {
        Problem problem = erase(operator).expectProblem(409);

        assertThat(problem.type()).isEqualTo("/problems/last-operator");
        operator.get(ME).expect(200);
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                Arguments.of("an empty name", "PATCH", ME, "{\"name\": \"\"}", "/name"),
                Arguments.of("a name too long", "PATCH", ME, "{\"name\": \"" + "x".repeat(101) + "\"}", "/name"),
                Arguments.of("a name that is none", "PATCH", ME, "{\"name\": 7}", "/name"),
                Arguments.of("an address", "PATCH", ME, "{\"email\": \"new@example.com\"}", "/email"),
                Arguments.of("a role", "PATCH", ME, "{\"roles\": [\"operator\"]}", "/roles"),
                Arguments.of("being let in", "PATCH", ME, "{\"disabled\": false}", "/disabled"),
                Arguments.of(
                        "no current password",
                        "POST",
                        ME + "/password",
                        "{\"newPassword\": \"" + OTHER_PASSWORD + "\"}",
                        "/currentPassword"),
                Arguments.of(
                        "a short password",
                        "POST",
                        ME + "/password",
                        "{\"currentPassword\": \"" + Customer.PASSWORD + "\", \"newPassword\": \"short\"}",
                        "/newPassword"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void aChangeThatCannotBeIsRefusedNamingWhatIsWrong(
            String fault, String method, String path, String body, String pointer) {
        JsonNode before = me(bob.session());

        Problem problem = send(bob.session(), method, path, body).expectProblem(400);

        assertThat(problem.pointers()).as(fault).contains(pointer);
        assertThat(me(bob.session())).isEqualTo(before);
    }

    @Test
    void withoutATokenNothingIsChanged() {
        for (String method : List.of("PATCH", "DELETE")) {
            shop.gateway()
                    .send(method, ME, BodyPublishers.ofString("{}"), "Content-Type", "application/json")
                    .expectProblem(401);
        }
        shop.gateway().get(ME + "/export").expectProblem(401);
        shop.gateway().post(ME + "/password", Map.of()).expectProblem(401);
    }

    /** Each gateway hears of it by itself. */
    private void awaitRefusal(Session session) {
        platform.gateways().forEach(gateway -> await("the refusal of a token at " + gateway)
                .atMost(HEARD_WITHIN)
                .untilAsserted(() -> session.at(Api.at(gateway)).get(ME).expectProblem(401)));
    }

    private Session session(Tokens tokens) {
        return new Session(shop.gateway(), tokens.accessToken());
    }

    private Reply login(String email, String password) {
        return shop.gateway().post("/api/v1/auth/login", Map.of("email", email, "password", password));
    }

    private Reply refresh(Tokens tokens) {
        return shop.gateway().post("/api/v1/auth/refresh", Map.of("refreshToken", tokens.refreshToken()));
    }

    private Reply register(String email) {
        return shop.gateway()
                .post("/api/v1/users", Map.of("email", email, "password", Customer.PASSWORD, "name", "A. Buyer"));
    }

    private static JsonNode me(Session session) {
        return session.get(ME).expect(200).json();
    }

    private static Reply change(Session session, String path, Object change) {
        return send(session, "PATCH", path, Json.write(change));
    }

    private static Reply changePassword(Session session, String current, String fresh) {
        return session.post(ME + "/password", Map.of("currentPassword", current, "newPassword", fresh));
    }

    private static Reply erase(Session session) {
        return session.send("DELETE", ME, BodyPublishers.noBody());
    }

    private static Reply send(Session session, String method, String path, String body) {
        return session.send(method, path, BodyPublishers.ofString(body), "Content-Type", "application/json");
    }
}
