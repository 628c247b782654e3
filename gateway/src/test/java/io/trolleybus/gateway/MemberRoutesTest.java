package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.gateway.TestMember.Asked;
import io.trolleybus.model.NodeMessages.BreakerState;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.servicediscovery.ServiceDiscovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that speak HTTP, well or badly, behind a real gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberRoutesTest {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestKey key = TestKey.create("key-1");
    private final String ada = "Bearer " + key.token(ADA, "customer");
    private TestPlatform platform;
    private TestMember member;

    @BeforeAll
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.SETTINGS);
        platform.serve("user", new Fakes(new Jwks(List.of(key.jwk())))::user);
        member = new TestMember();
        member.register(platform.node().vertx(), "reports", "/base/");
        awaitStatus(200, "/api/ext/reports/");
    }

    private void awaitStatus(int status, String path) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(platform.send(as(path)).statusCode()).isEqualTo(status));
    }

    @BeforeEach
    void forget() {
        member.asked.clear();
    }

    @AfterAll
    void stop() {
        member.close();
        platform.close();
    }

    private HttpRequest.Builder as(String path) {
        return platform.request(path).header("Authorization", ada);
    }

    private HttpResponse<String> ask(String method, String path, String body) {
        return platform.send(as(path).method(method, BodyPublishers.ofString(body)));
    }

    private Asked asked() {
        assertThat(member.asked).hasSize(1);
        return member.asked.get(0);
    }

    @Test
    void a_member_learns_who_calls_and_nothing_that_a_client_made_up() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        HttpResponse<String> answer = platform.send(as("/api/ext/reports/sales/a%20b?from=1&from=2")
                .header("X-Trolleybus-Principal", "user:root")
                .header("X-Trolleybus-Roles", "operator")
                .header("X_Trolleybus_Roles", "operator")
                .header("X-Forwarded-For", "10.0.0.1")
                .header("Forwarded", "for=10.0.0.1")
                .header("Cookie", "a=b")
                .header("X-Request-Id", "mine-1")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-00")
                .header("Accept", "text/plain"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("you said ");
        assertThat(asked().uri()).isEqualTo("/base/sales/a%20b?from=1&from=2");
        assertThat(asked().header("X-trolleybus-principal")).isEqualTo("user:" + ADA);
        assertThat(asked().header("X-trolleybus-roles")).isEqualTo("customer");
        assertThat(asked().header("X-request-id")).isEqualTo("mine-1");
        assertThat(asked().header("Traceparent")).contains(trace);
        assertThat(asked().header("Accept")).isEqualTo("text/plain");
        assertThat(asked().header("Host")).isEqualTo("127.0.0.1:" + member.port());
        assertThat(asked().headers().keySet())
                .doesNotContain("Authorization", "Cookie", "Forwarded", "X-forwarded-for", "X_trolleybus_roles");
    }

    @Test
    void an_answer_comes_back_without_what_is_none_of_a_clients_business() {
        HttpResponse<String> answer = platform.send(as("/api/ext/reports/x").header("X-Request-Id", "mine-2"));

        assertThat(answer.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("mine-2");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Content-Security-Policy")).hasValue("default-src 'none'; sandbox");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("RateLimit")).isPresent();
        assertThat(answer.headers().map().keySet())
                .doesNotContain("set-cookie", "x-internal", "access-control-allow-origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void a_body_of_any_type_is_passed_on(String method) {
        HttpResponse<String> answer = platform.send(as("/api/ext/reports/notes")
                .header("Content-Type", "text/csv")
                .header("Idempotency-Key", "k")
                .method(method, BodyPublishers.ofString("a;b")));

        assertThat(answer.body()).isEqualTo("you said a;b");
        assertThat(asked().method()).isEqualTo(method);
        assertThat(asked().header("Content-type")).isEqualTo("text/csv");
        assertThat(asked().header("Idempotency-key")).isEqualTo("k");
    }

    @Test
    void deleting_is_passed_on_and_other_methods_are_not() {
        assertThat(platform.send(as("/api/ext/reports/x").DELETE()).statusCode())
                .isEqualTo(200);
        HttpResponse<String> options =
                platform.send(as("/api/ext/reports/x").method("OPTIONS", BodyPublishers.noBody()));

        assertThat(options.statusCode()).isEqualTo(405);
        assertThat(options.headers().firstValue("Allow")).hasValue("DELETE, GET, PATCH, POST, PUT");
        assertThat(asked().method()).isEqualTo("DELETE");
    }

    @Test
    void what_every_request_passes_is_passed_here_too() {
        assertThat(platform.send(platform.request("/api/ext/reports/x")).statusCode())
                .isEqualTo(401);
        assertThat(ask("POST", "/api/ext/reports/x", "x".repeat(RequestBody.MAX_BYTES + 1))
                        .statusCode())
                .isEqualTo(413);
        assertThat(platform.send(as("/api/ext/nobody/x")).statusCode()).isEqualTo(404);
        assertThat(platform.send(as("/api/ext/Reports/x")).statusCode()).isEqualTo(404);
        assertThat(platform.send(as("/api/ext/user/x")).statusCode())
                .as("a service of the bus")
                .isEqualTo(404);
        assertThat(member.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/ext/reports/../../admin",
                "/api/ext/reports/../reports/x",
                "/api/ext/reports/./x",
                "/api/ext/../ext/reports/x",
                "/api/ext/reports//x",
                "/api/ext/reports/..%2f..%2fadmin",
                "/api/ext/reports/%2e%2e/admin",
                "/api/ext/reports/%2e/x",
                "/api/ext/reports/a%5c..%5cb",
                "/api/ext/reports/a\\..\\b",
                "/api/ext/reports/..;/admin",
                "/api/ext/reports/a%00b",
                "/api/ext/reports/a%0d%0ab",
                "/api/ext/reports/a%252e",
                "/api/ext/reports/a%zz",
                "/api/ext/reports/a%2",
                "/api/ext/re%70orts/x",
                "/api/ext/reports/x#y",
                "/api/ext/reports/x?a=\u00e9",
                "/api/ext/reports%2fx/y",
                "//api/ext/reports/x"
            })
    void an_address_that_could_be_read_in_two_ways_leads_nowhere(String path) {
        String answer = platform.raw(
                "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + ada + "\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 (400|404) ").contains("problem+json");
        assertThat(member.asked).isEmpty();
    }

    @Test
    void a_redirect_is_not_followed_and_a_location_is_ours_or_none() {
        HttpResponse<String> redirect = platform.send(as("/api/ext/reports/redirects"));
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("Location")).isEmpty();
        assertThat(asked().uri()).isEqualTo("/base/redirects");

        assertThat(ask("POST", "/api/ext/reports/creates", "").headers().firstValue("Location"))
                .hasValue("/api/ext/reports/items/7?new");
    }

    @Test
    void an_answer_that_is_too_large_is_none() {
        HttpResponse<String> answer = platform.send(as("/api/ext/reports/floods"));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("/problems/bad-gateway");
        assertThat(member.asked).hasSize(1);
    }

    /** Each has a breaker of its own. */
    private void serveAs(String name) {
        member.register(platform.node().vertx(), name, "/");
        awaitStatus(200, "/api/ext/" + name + "/x");
        member.asked.clear();
    }

    @Test
    void a_member_that_breaks_off_is_asked_again_only_if_that_does_no_harm() {
        serveAs("brittle");

        assertThat(ask("POST", "/api/ext/brittle/breaks-off", "x").statusCode()).isEqualTo(502);
        assertThat(member.asked).hasSize(1);

        assertThat(platform.send(as("/api/ext/brittle/breaks-off")).statusCode())
                .isEqualTo(502);
        assertThat(member.asked).hasSize(3);
        assertThat(platform.send(as("/api/ext/brittle/x")).statusCode()).isEqualTo(200);
    }

    @Test
    void a_member_that_hangs_is_given_up() {
        serveAs("slow");

        HttpResponse<String> answer = platform.send(as("/api/ext/slow/hangs"));

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("/problems/gateway-timeout");
        assertThat(platform.send(as("/api/ext/slow/x")).statusCode()).isEqualTo(200);
    }

    @Test
    void an_instance_that_is_not_there_is_passed_over_whatever_the_method() {
        var vertx = platform.node().vertx();
        int nobody = closedPort();
        TestMember.register(vertx, "twins", nobody, "/");
        awaitStatus(503, "/api/ext/twins/x");
        String there = member.register(vertx, "twins", "/");
        awaitStatus(200, "/api/ext/twins/x");

        await().atMost(PATIENCE).until(() -> {
            assertThat(ask("POST", "/api/ext/twins/x", "x").statusCode()).isEqualTo(200);
            return stateAt("127.0.0.1:" + nobody) == BreakerState.OPEN;
        });
        assertThat(stateAt("127.0.0.1:" + member.port())).isEqualTo(BreakerState.CLOSED);

        TestPlatform.await(ServiceDiscovery.create(vertx).unpublish(there));
        awaitStatus(503, "/api/ext/twins/x");
    }

    private BreakerState stateAt(String node) {
        return platform.node().breakers().all().stream()
                .filter(breaker -> breaker.callee().equals("ext/twins"))
                .filter(breaker -> breaker.calleeNode().equals(node))
                .findAny()
                .orElseThrow()
                .state();
    }

    private static int closedPort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
