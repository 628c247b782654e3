package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.Nudge;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages.ChangePassword;
import io.trolleybus.model.UserMessages.DisableUser;
import io.trolleybus.model.UserMessages.EnableUser;
import io.trolleybus.model.UserMessages.EraseUser;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.model.UserMessages.RenameUser;
import io.trolleybus.model.UserMessages.RevokedSession;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.vertx.core.Future;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the routes of accounts ask the services for, and what they make of the answers. */
class AccountRoutesTest {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");
    private static final UUID SESSION = UUID.fromString("01930000-0000-7000-8000-000000005e55");
    private static final String ME = "/api/v1/users/me";
    private static final int LOGINS = 3;
    private static final int HEARD_WITHIN_S = 10;

    private TestPlatform platform;
    private TestKey key;
    private Fakes fakes;
    private String ada;
    private String operator;

    @BeforeEach
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.settings(10_000, LOGINS, 100));
        key = TestKey.create("key-1");
        fakes = new Fakes(new Jwks(List.of(key.jwk())));
        platform.serve("user", fakes::user);
        ada = key.token(ADA, "customer", SESSION);
        operator = key.token(UUID.randomUUID(), "operator");
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void a_name_is_changed_and_what_is_not_given_is_not() {
        var unchanged = send("PATCH", ME, "{}", ada);
        assertThat(unchanged.statusCode()).isEqualTo(200);
        assertThat(fakes.changes).isEmpty();

        var renamed = send("PATCH", ME, "{\"name\":\"Augusta\"}", ada);
        assertThat(renamed.statusCode()).isEqualTo(200);
        assertThat(json(renamed).path("disabled").isBoolean()).isTrue();
        assertThat(changeOf(ADA)).isEqualTo(new RenameUser("Augusta"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PATCH | /me | {\"name\":null} | /name",
                "PATCH | /me | {\"name\":\"\"} | /name",
                "PATCH | /me | {\"name\":\"a\\nb\"} | /name",
                "PATCH | /me | {\"email\":\"eve@example.org\"} | /email",
                "PATCH | /me | {\"disabled\":true} | /disabled",
                "PATCH | /me | {\"roles\":[\"operator\"]} | /roles",
                "POST | /me/password | {\"newPassword\":\"long enough\"} | /currentPassword",
                "POST | /me/password | {\"currentPassword\":\"right\",\"newPassword\":\"short\"} | /newPassword",
                "PATCH | /01930000-0000-7000-8000-00000000ada0 | {} | /disabled",
                "PATCH | /01930000-0000-7000-8000-00000000ada0 | {\"disabled\":\"yes\"} | /disabled",
                "PATCH | /01930000-0000-7000-8000-00000000ada0 | {\"disabled\":null} | /disabled",
                "PATCH | /01930000-0000-7000-8000-00000000ada0 | {\"disabled\":true,\"name\":\"Eve\"} | /name",
            })
    void a_body_that_breaks_the_contract_is_400_and_says_where(
            String method, String path, String body, String pointer) {
        var answer = send(method, "/api/v1/users" + path, body, operator);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).path("errors").findValuesAsText("pointer")).contains(pointer);
        assertThat(fakes.changes).isEmpty();
    }

    @Test
    void a_password_is_changed_for_the_session_that_the_token_belongs_to() {
        var changed = changePassword("right", ada);

        assertThat(changed.statusCode()).isEqualTo(204);
        assertThat(changed.body()).isEmpty();
        assertThat(changeOf(ADA)).isEqualTo(new ChangePassword("right", "long enough", SESSION));
    }

    @Test
    void a_wrong_password_is_403_and_guessing_is_limited_as_logging_in_is() {
        for (int i = 0; i < LOGINS; i++) {
            var wrong = changePassword("wrong", ada);
            assertThat(wrong.statusCode()).isEqualTo(403);
            assertThat(wrong.body()).contains("/problems/wrong-password");
        }

        var limited = changePassword("right", ada);
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Retry-After")).isPresent();
        var login = send("POST", "/api/v1/auth/login", "{\"email\":\"a@b\",\"password\":\"right\"}", null);
        assertThat(login.statusCode()).as("the same limit").isEqualTo(429);
    }

    @Test
    void an_operator_keeps_users_out_and_lets_them_in_and_a_customer_does_not() {
        var user = "/api/v1/users/" + ADA;

        assertThat(send("PATCH", user, "{\"disabled\":true}", ada).statusCode()).isEqualTo(403);
        assertThat(fakes.changes).isEmpty();
        assertThat(json(send("PATCH", user, "{\"disabled\":true}", operator))
                        .path("disabled")
                        .asBoolean())
                .isTrue();
        assertThat(fakes.changes).containsValue(new DisableUser(ADA));
        send("PATCH", user, "{\"disabled\":false}", operator);
        assertThat(fakes.changes).containsValue(new EnableUser(ADA));
        assertThat(send("PATCH", "/api/v1/users/nobody", "{\"disabled\":true}", operator)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void erasing_answers_204() {
        assertThat(send("DELETE", ME, "", ada).statusCode()).isEqualTo(204);
        assertThat(changeOf(ADA)).isEqualTo(new EraseUser());
        assertThat(send("DELETE", "/api/v1/users/" + ADA, "", operator).statusCode())
                .isEqualTo(405);
    }

    @Test
    void an_export_has_all_pages_of_orders_with_their_payments() {
        platform.serve("order", fakes::order);
        platform.serve("payment", fakes::payment);

        var answer = send("GET", ME + "/export", "", ada);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode export = json(answer);
        assertThat(export.at("/user/email").asText()).isEqualTo("ada@example.org");
        assertThat(export.at("/sessions/0/openedAt").asText()).isEqualTo(Fakes.NOON.toString());
        assertThat(export.at("/history/0/type").asText()).isEqualTo("UserRegistered");
        assertThat(export.at("/orders/items")).hasSize(2);
        assertThat(export.at("/orders/nextCursor").isNull()).isTrue();
        assertThat(export.path("payments")).hasSize(2);
    }

    @Test
    void an_export_ends_after_a_thousand_orders_and_says_where_they_go_on() {
        platform.serve("payment", fakes::payment);
        platform.serve(
                "order",
                endpoints -> endpoints.serve(
                        OrderMessages.FIND,
                        FindOrders.class,
                        (call, query) -> Future.succeededFuture(Reply.done(new OrderPage(
                                Collections.nCopies(query.page().limit(), Fakes.order(Status.CONFIRMED)), "more")))));

        JsonNode export = json(send("GET", ME + "/export", "", ada));

        assertThat(export.at("/orders/items")).hasSize(1_000);
        assertThat(export.at("/orders/nextCursor").asText()).isEqualTo("more");
    }

    @Test
    void an_export_that_would_lack_a_part_is_503() {
        platform.serve("order", fakes::order);

        assertThat(send("GET", ME + "/export", "", ada).statusCode()).isEqualTo(503);
    }

    @Test
    void a_token_is_refused_as_soon_as_the_gateway_hears_that_its_session_was_revoked() {
        assertThat(send("GET", ME, "", ada).statusCode()).isEqualTo(200);
        fakes.revoked = new RevokedSessions(List.of(new RevokedSession(SESSION, Fakes.NOON)));
        platform.nudge(FeedMessages.nudgeAddress("user"), new Nudge(1, Set.of("UserDisabled")));

        HttpResponse<String> answer;
        Instant latest = Instant.now().plusSeconds(HEARD_WITHIN_S);
        do {
            answer = send("GET", ME, "", ada);
        } while (answer.statusCode() == 200 && Instant.now().isBefore(latest));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge).contains("invalid_token"));
        assertThat(send("GET", ME, "", key.token(ADA, "customer")).statusCode())
                .as("another session of the same user")
                .isEqualTo(200);
    }

    private Object changeOf(UUID user) {
        return fakes.changes.get("user:" + user);
    }

    private HttpResponse<String> changePassword(String current, String token) {
        return send(
                "POST",
                ME + "/password",
                "{\"currentPassword\":\"" + current + "\",\"newPassword\":\"long enough\"}",
                token);
    }

    private HttpResponse<String> send(String method, String path, String body, String token) {
        var request = platform.request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return platform.send(token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
