package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.UserMessages.Jwks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of the gateway's answers when services are missing, and when keys or limits change. */
class DegradedTest {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");
    private static final int LOGINS = 3;

    private TestPlatform platform;
    private TestKey key;
    private Fakes fakes;
    private String token;

    @BeforeEach
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.settings(50, LOGINS, 2), new Patience(500, 500, 10_000));
        key = TestKey.create("key-1");
        fakes = new Fakes(new Jwks(List.of(key.jwk())));
        token = key.token(ADA, "customer");
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void a_users_orders_come_with_user_and_payments() throws Exception {
        platform.serve("user", fakes::user);
        platform.serve("order", fakes::order);
        platform.serve("payment", fakes::payment);

        JsonNode view = userOrders(200);

        assertThat(view.at("/user/name").asText()).isEqualTo("Ada");
        assertThat(view.at("/orders/items/0/number").asText()).isEqualTo("T-1");
        assertThat(view.at("/orders/items/0/payment/status").asText()).isEqualTo("CAPTURED");
        assertThat(view.at("/orders/nextCursor").asText()).isEqualTo("next");
        assertThat(view.path("degraded")).isEmpty();
    }

    @Test
    void a_leg_that_is_down_is_named_and_null() throws Exception {
        String users = platform.serve("user", fakes::user);
        platform.serve("order", fakes::order);

        JsonNode withoutPayments = userOrders(200);
        assertThat(withoutPayments.path("degraded").toString()).isEqualTo("[\"payments\"]");
        assertThat(withoutPayments.at("/orders/items/0/payment").isNull()).isTrue();

        platform.undeploy(users);
        JsonNode withoutUser = userOrders(200);
        assertThat(withoutUser.path("degraded").toString()).isEqualTo("[\"user\",\"payments\"]");
        assertThat(withoutUser.path("user").isNull()).isTrue();
        assertThat(withoutUser.at("/orders/items")).hasSize(1);
    }

    @Test
    void without_orders_there_is_still_the_user_and_without_both_503() throws Exception {
        String users = platform.serve("user", fakes::user);

        JsonNode withoutOrders = userOrders(200);
        assertThat(withoutOrders.path("degraded").toString()).isEqualTo("[\"orders\"]");
        assertThat(withoutOrders.path("orders").isNull()).isTrue();

        platform.undeploy(users);
        assertThat(userOrders(503).path("type").asText()).isEqualTo("/problems/unavailable");
    }

    @Test
    void tokens_are_checked_against_the_keys_and_strangers_cannot_make_us_ask_for_them() {
        platform.serve("user", fakes::user);
        assertThat(me(token)).isEqualTo(200);
        assertThat(me(token)).isEqualTo(200);
        assertThat(fakes.keysAsked).hasValue(1);

        var strangers = TestKey.create("key-1");
        assertThat(me(strangers.token(ADA, "operator"))).isEqualTo(401);
        assertThat(me(TestKey.create("key-x").token(ADA, "operator"))).isEqualTo(401);
        assertThat(fakes.keysAsked)
                .as("strangers' key ids do not make us ask at once")
                .hasValue(1);
    }

    @Test
    void a_principal_that_asks_too_often_is_429_and_others_are_not() {
        platform.serve("user", fakes::user);
        assertThat(me(token)).isEqualTo(200);
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            refused += me(token) == 429 ? 1 : 0;
        }

        assertThat(refused).isPositive();
        assertThat(me(key.token(UUID.randomUUID(), "customer"))).isEqualTo(200);
    }

    @Test
    void logins_are_few_for_each_address() {
        platform.serve("user", fakes::user);
        for (int i = 0; i < LOGINS; i++) {
            assertThat(login().statusCode()).isEqualTo(401);
        }

        var refused = login();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("/problems/too-many-logins");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 20);
    }

    @Test
    void more_connections_than_allowed_are_closed() {
        try (var first = platform.connect();
                var second = platform.connect()) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertThat(platform.raw("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void heads_that_are_too_large_are_414_and_431() {
        assertThat(platform.raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 414 ")
                .contains("/problems/uri-too-long");
        assertThat(platform.raw("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(17_000) + "\r\n\r\n"))
                .contains(" 431 ")
                .contains("/problems/headers-too-large");
    }

    @Test
    void a_body_that_does_not_come_is_408_and_a_head_that_does_not_come_ends_the_connection() {
        var head =
                "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";

        assertThat(platform.raw(head)).startsWith("HTTP/1.1 408").contains("/problems/request-timeout");
        assertThat(platform.raw("GET / HTTP/1.1\r\nHost:")).isEmpty();
    }

    private JsonNode userOrders(int status) throws Exception {
        var answer = platform.send(
                platform.request("/api/v1/users/" + ADA + "/orders").header("Authorization", "Bearer " + token));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return Json.MAPPER.readTree(answer.body());
    }

    private int me(String token) {
        return platform.send(platform.request("/api/v1/users/me").header("Authorization", "Bearer " + token))
                .statusCode();
    }

    private HttpResponse<String> login() {
        return platform.send(platform.request("/api/v1/auth/login")
                .POST(BodyPublishers.ofString("{\"email\":\"a@b\",\"password\":\"wrong\"}"))
                .header("Content-Type", "application/json"));
    }
}
