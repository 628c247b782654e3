package io.trolleybus.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.UserMessages.Jwks;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conventions of the public contract, over real HTTP and a real bus. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");
    private static final String ORDER =
            "{\"lines\":[{\"sku\":\"BELL\",\"quantity\":2}],\"payment\":{\"token\":\"tok_ok\"}}";

    private TestPlatform platform;
    private TestKey key;
    private Fakes fakes;
    private String ada;
    private String operator;

    @BeforeAll
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.SETTINGS);
        key = TestKey.create("key-1");
        fakes = new Fakes(new Jwks(List.of(key.jwk())));
        platform.serve("user", fakes::user);
        platform.serve("inventory", fakes::inventory);
        platform.serve("order", fakes::order);
        platform.serve("payment", fakes::payment);
        ada = "Bearer " + key.token(ADA, "customer");
        operator = "Bearer " + key.token(UUID.randomUUID(), "operator");
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    @Test
    void registering_answers_201_with_the_account_and_its_location() {
        var answer =
                post("/api/v1/users", "{\"email\":\"ada@example.org\",\"password\":\"long enough\",\"name\":\"Ada\"}");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/users/" + Fakes.ORDER);
        assertThat(json(answer).path("email").asText()).isEqualTo("ada@example.org");
        assertThat(json(answer).path("createdAt").asText()).isEqualTo("2026-11-01T12:00:00Z");
    }

    @Test
    void a_refusal_becomes_a_problem_with_its_own_type_and_status() {
        var answer = post(
                "/api/v1/users", "{\"email\":\"taken@example.org\",\"password\":\"long enough\",\"name\":\"Ada\"}");

        assertProblem(answer, 409, "/problems/email-taken");
        assertThat(json(answer).path("instance").asText()).isEqualTo("/api/v1/users");
    }

    @Test
    void logging_in_answers_a_session_and_wrong_credentials_401() {
        var right = post("/api/v1/auth/login", "{\"email\":\"ada@example.org\",\"password\":\"right\"}");
        var wrong = post("/api/v1/auth/login", "{\"email\":\"ada@example.org\",\"password\":\"wrong\"}");

        assertThat(right.statusCode()).isEqualTo(200);
        assertThat(right.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(json(right).path("tokenType").asText()).isEqualTo("Bearer");
        assertProblem(wrong, 401, "/problems/bad-credentials");
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"trolleybus\"");
    }

    @Test
    void a_token_shows_its_owner_and_hides_others() {
        assertThat(json(get("/api/v1/users/me", ada)).path("id").asText()).isEqualTo(ADA.toString());
        assertThat(get("/api/v1/users/" + ADA, ada).statusCode()).isEqualTo(200);
        assertProblem(get("/api/v1/users/" + UUID.randomUUID(), ada), 404, "/problems/not-found");
        assertThat(get("/api/v1/users/" + ADA, operator).statusCode()).isEqualTo(200);
    }

    @Test
    void without_a_good_token_there_is_a_challenge() {
        var none = get("/api/v1/users/me", null);
        var expired = get(
                "/api/v1/users/me",
                "Bearer " + key.token(ADA, "customer", Instant.now().minusSeconds(60)));
        var forged = get("/api/v1/users/me", ada.substring(0, ada.length() - 4) + "AAAA");

        assertProblem(none, 401, "/problems/unauthorized");
        assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"trolleybus\"");
        assertProblem(expired, 401, "/problems/unauthorized");
        assertProblem(forged, 401, "/problems/unauthorized");
        assertThat(forged.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge).contains("invalid_token"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer eyJhbGciOiJub25lIn0.e30."
            })
    void what_is_no_token_is_401(String authorization) {
        assertProblem(get("/api/v1/users/me", authorization), 401, "/problems/unauthorized");
    }

    @Test
    void an_operators_route_is_403_for_a_customer() {
        assertProblem(get("/api/v1/products/BELL/stock", ada), 403, "/problems/forbidden");
    }

    @Test
    void a_product_has_an_etag_of_version_and_what_is_available_and_304_for_those_who_know_it() {
        var fresh = platform.send(platform.request("/api/v1/products/BELL"));
        var known =
                platform.send(platform.request("/api/v1/products/BELL").header("If-None-Match", "\"1.1\", W/\"3.98\""));

        assertThat(fresh.headers().firstValue("ETag")).hasValue("\"3.98\"");
        assertThat(json(fresh).path("price").path("amount").asInt()).isEqualTo(1999);
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
    }

    @Test
    void moving_stock_needs_an_operator_and_a_key() {
        var body = "{\"quantity\":5,\"reason\":\"delivery\"}";
        var path = "/api/v1/products/BELL/stock-movements";

        assertProblem(send(jsonPost(path, body).header("Authorization", operator)), 400, "/problems/invalid");
        var moved = send(jsonPost(path, body).header("Authorization", operator).header("Idempotency-Key", "k1"));
        assertThat(moved.statusCode()).isEqualTo(201);
        assertThat(json(moved).path("quantity").asInt()).isEqualTo(5);
    }

    @Test
    void placing_an_order_answers_201_with_the_order_and_its_location() {
        var answer = place(ORDER, "placing-1");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/orders/" + Fakes.ORDER);
        assertThat(answer.headers().firstValue("Content-Length")).isPresent();
        assertThat(json(answer).path("status").asText()).isEqualTo("PENDING");
        assertThat(json(answer).path("payment").isNull()).isTrue();
        assertThat(json(answer).path("rejection").has("sku")).isFalse();
        var command = fakes.placed.stream()
                .filter(placed -> placed.key().equals("placing-1"))
                .findFirst()
                .orElseThrow();
        assertThat(command.waitMs()).isZero();
        assertThat(command.paymentToken()).isEqualTo("tok_ok");
    }

    @Test
    void waiting_longer_than_one_message_may_repeats_the_same_command() {
        var answer = send(order(ORDER, "waiting-1").header("Prefer", "respond-async, wait=20"));

        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=20");
        assertThat(json(answer).path("status").asText()).isEqualTo("CONFIRMED");
        var sent = fakes.placeCalls.stream()
                .filter(call ->
                        fakes.placed.get(fakes.placeCalls.indexOf(call)).key().equals("waiting-1"))
                .toList();
        assertThat(sent.stream().map(call -> call.id()).distinct()).hasSize(1);
        assertThat(fakes.placed.stream().filter(placed -> placed.key().equals("waiting-1")))
                .hasSize(2)
                .allSatisfy(placed -> assertThat(placed.waitMs()).isBetween(1, 8_000));
    }

    @Test
    void a_refusals_facts_stand_in_the_problem() {
        var answer = place(ORDER.replace("BELL", "UNKNOWN"), "unknown-1");

        assertProblem(answer, 422, "/problems/unknown-product");
        assertThat(json(answer).path("sku").asText()).isEqualTo("UNKNOWN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"lines\":[],\"payment\":{\"token\":\"t\"}} | /lines",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":0}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":-1}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":10001}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1.5}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1.0}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1e400}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":\"1\"}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":null}],\"payment\":{\"token\":\"t\"}} | /lines/0/quantity",
                "{\"lines\":[{\"sku\":\"A\\n\",\"quantity\":1}],\"payment\":{\"token\":\"t\"}} | /lines/0/sku",
                "{\"lines\":[{\"sku\":\"\\u0000\",\"quantity\":1}],\"payment\":{\"token\":\"t\"}} | /lines/0/sku",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1,\"price\":1}],\"payment\":{\"token\":\"t\"}} | /lines/0/price",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1},{\"sku\":\"A\",\"quantity\":2}],\"payment\":{\"token\":\"t\"}} | /lines/1/sku",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1}],\"payment\":{\"token\":\"t\"},\"id\":1} | /id",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":1}]} | /payment",
                "{\"payment\":{\"token\":\"t\"}} | /lines",
            })
    void a_body_that_breaks_the_contract_is_400_and_says_where(String body, String pointer) {
        var answer = place(body, "bad-body");

        assertProblem(answer, 400, "/problems/invalid");
        assertThat(json(answer).path("errors").findValuesAsText("pointer")).contains(pointer);
        assertThat(fakes.placed).noneMatch(placed -> placed.key().equals("bad-body"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"lines\":",
                "not json",
                "[]",
                "null",
                "1",
                "{}{}",
                "{\"lines\":[],\"lines\":[]}",
                "{\"lines\":[{\"sku\":\"A\",\"quantity\":01}]}",
            })
    void a_body_that_is_no_order_at_all_is_400(String body) {
        assertProblem(place(body, "no-order"), 400, "/problems/invalid");
    }

    @Test
    void a_thousand_lines_and_deep_nesting_are_400() {
        String lines = IntStream.range(0, 1_000)
                .mapToObj(i -> "{\"sku\":\"S" + i + "\",\"quantity\":1}")
                .collect(Collectors.joining(","));

        var many = place("{\"lines\":[" + lines + "],\"payment\":{\"token\":\"t\"}}", "many");
        assertProblem(many, 400, "/problems/invalid");
        assertThat(json(many).path("errors").findValuesAsText("pointer")).containsExactly("/lines");
        assertProblem(place("[".repeat(40) + "]".repeat(40), "deep"), 400, "/problems/invalid");
        assertProblem(place("[" + "1,".repeat(100_000) + "1]", "tokens"), 400, "/problems/invalid");
    }

    @Test
    void a_large_body_is_413_whether_or_not_its_length_is_told() {
        var large = " ".repeat(1_000_000);
        var streamed = BodyPublishers.fromPublisher(BodyPublishers.ofString(large));

        assertProblem(place(large, "large"), 413, "/problems/body-too-large");
        assertProblem(
                send(platform.request("/api/v1/orders")
                        .POST(streamed)
                        .header("Content-Type", "application/json")
                        .header("Authorization", ada)),
                413,
                "/problems/body-too-large");
    }

    @Test
    void a_refused_request_does_not_spoil_the_connection_for_the_next() throws IOException {
        try (var socket = platform.connect()) {
            var out = socket.getOutputStream();
            out.write(("POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 4\r\n\r\n{}")
                    .getBytes(US_ASCII));
            out.flush();
            // That the head is being answered shows in what another connection is told meanwhile.
            send(platform.request("/health/live"));
            out.write("  GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            out.flush();

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .contains("HTTP/1.1 401 ")
                    .contains("HTTP/1.1 200 ");
        }
    }

    @Test
    void a_body_that_is_not_read_ends_its_connection() throws IOException {
        try (var socket = platform.connect()) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                                    + "Authorization: " + ada + "\r\nContent-Length: 9\r\n\r\n")
                            .getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .contains("HTTP/1.1 415 ")
                    .containsIgnoringCase("connection: close");
        }
    }

    @Test
    void another_content_type_is_415() {
        assertProblem(
                send(platform.request("/api/v1/orders")
                        .POST(BodyPublishers.ofString(ORDER))
                        .header("Content-Type", "text/plain")
                        .header("Authorization", ada)),
                415,
                "/problems/unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "with space", "with\ttab"})
    void an_idempotency_key_is_visible_ascii(String idempotencyKey) {
        assertProblem(place(ORDER, idempotencyKey), 400, "/problems/invalid");
    }

    @Test
    void an_idempotency_key_is_required_and_has_an_end() {
        var without = send(jsonPost("/api/v1/orders", ORDER).header("Authorization", ada));

        assertProblem(without, 400, "/problems/invalid");
        assertThat(json(without).path("errors").findValuesAsText("pointer")).containsExactly("Idempotency-Key");
        assertProblem(place(ORDER, "k".repeat(256)), 400, "/problems/invalid");
        assertThat(place(ORDER, "k".repeat(255)).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=0",
                "?limit=101",
                "?limit=x",
                "?limit=1&limit=2",
                "?limit=99999999999",
                "?cursor=%00",
                "?cursor=",
                "?status=GONE",
                "?userId=1",
            })
    void a_parameter_that_breaks_the_contract_is_400(String query) {
        assertProblem(get("/api/v1/orders" + query, ada), 400, "/problems/invalid");
    }

    @Test
    void lists_carry_their_cursor_on() {
        var page = json(get("/api/v1/orders?limit=1&cursor=abc&status=CONFIRMED", ada));

        assertThat(page.path("items")).hasSize(1);
        assertThat(page.path("nextCursor").asText()).isEqualTo("next");
    }

    @Test
    void a_customer_may_not_ask_for_anothers_orders() {
        assertProblem(get("/api/v1/orders?userId=" + UUID.randomUUID(), ada), 403, "/problems/forbidden");
        assertThat(get("/api/v1/orders?userId=" + UUID.randomUUID(), operator).statusCode())
                .isEqualTo(200);
    }

    @Test
    void an_orders_events_carry_their_data_as_json() {
        var events = json(get("/api/v1/orders/" + Fakes.ORDER + "/events", ada));

        assertThat(events.at("/items/0/data/total/amount").asInt()).isEqualTo(1999);
    }

    @Test
    void payments_are_shown_only_with_an_order_that_may_be_seen() {
        JsonNode payment =
                json(get("/api/v1/orders/" + Fakes.ORDER + "/payments", ada)).at("/items/0");

        assertThat(payment.path("status").asText()).isEqualTo("CAPTURED");
        assertThat(payment.at("/refunds/0/status").asText()).isEqualTo("PENDING");
        assertThat(payment.at("/refunds/0/amount/amount").asInt()).isEqualTo(1999);
        assertProblem(get("/api/v1/orders/" + UUID.randomUUID() + "/payments", ada), 404, "/problems/not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/orders/1",
                "/api/v1/orders/x%00y",
                "/api/v1/products/NONE",
                "/api/v1/products/%2e%2e%2f",
                "/nothing",
                "/api/v1"
            })
    void what_is_not_there_is_404(String path) {
        assertProblem(get(path, ada), 404, "/problems/not-found");
    }

    @Test
    void a_path_that_cannot_be_decoded_is_400() {
        assertThat(platform.raw("GET /api/v1/products/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("/problems/invalid");
    }

    @Test
    void another_method_is_405_and_says_which_there_are() {
        var answer = send(platform.request("/api/v1/orders").DELETE());

        assertProblem(answer, 405, "/problems/method-not-allowed");
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, POST");
    }

    @Test
    void a_sane_request_id_comes_back_and_another_is_replaced() {
        assertThat(send(platform.request("/health/live").header("X-Request-Id", "my-id.1"))
                        .headers()
                        .firstValue("X-Request-Id"))
                .hasValue("my-id.1");
        assertThat(send(platform.request("/health/live").header("X-Request-Id", "<script>"))
                        .headers()
                        .firstValue("X-Request-Id"))
                .hasValueSatisfying(id -> assertThat(id).doesNotContain("<"));
    }

    @Test
    void a_problem_names_the_trace_that_the_client_began() {
        var answer = send(platform.request("/nothing")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

        assertThat(json(answer).path("traceId").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @Test
    void a_command_carries_the_trace_and_the_user() {
        send(order(ORDER, "traced").header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

        assertThat(fakes.placeCalls).anySatisfy(call -> {
            assertThat(call.trace().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(call.trace().sampled()).isTrue();
            assertThat(call.principal().userId()).isEqualTo(ADA);
        });
    }

    @Test
    void a_bug_is_500_and_an_outage_503_and_neither_tells_secrets() {
        var bug = get("/api/v1/orders/" + Fakes.BUGGY_ORDER, ada);
        var outage = get("/api/v1/orders/" + Fakes.UNREACHABLE_ORDER, ada);

        assertProblem(bug, 500, "/problems/internal");
        assertThat(bug.body()).doesNotContain("select", "Exception");
        assertProblem(outage, 503, "/problems/unavailable");
        assertThat(outage.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(outage.body()).doesNotContain("db.internal");
    }

    @Test
    void rate_limited_answers_say_how_much_is_left() {
        var answer = get("/api/v1/users/me", ada);

        assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue("\"default\";q=10000;w=1");
        assertThat(answer.headers().firstValue("RateLimit")).isPresent();
    }

    @Test
    void the_contract_is_served_as_yaml_and_json_and_as_a_page_with_its_parts() {
        assertThat(get("/openapi.yaml", null).body()).startsWith("openapi: 3.1.0");
        assertThat(get("/asyncapi.yaml", null).body()).startsWith("asyncapi: 3.0.0");
        assertThat(json(get("/openapi.json", null)).path("paths").has("/api/v1/orders"))
                .isTrue();
        assertThat(get("/docs", null).body())
                .contains("/docs/swagger-ui-bundle.js")
                .doesNotContain("https://");
        for (String part : List.of("start.js", "swagger-ui-bundle.js", "swagger-ui.css")) {
            assertThat(get("/docs/" + part, null).statusCode()).as(part).isEqualTo(200);
        }
        assertProblem(get("/docs/swagger-ui.properties", null), 404, "/problems/not-found");
    }

    @Test
    void health_shows_its_checks_to_operators_only() {
        var forAll = get("/health", null);
        var forOperators = get("/health", operator);

        assertThat(forAll.statusCode()).isEqualTo(503);
        assertThat(forAll.body()).isEqualTo("{\"status\":\"DOWN\"}");
        assertThat(json(forOperators).at("/checks").path("database/order").asText())
                .isEqualTo("DOWN");
        assertThat(get("/health/live", null).statusCode()).isEqualTo(200);
    }

    @Test
    void the_keys_are_public() {
        assertThat(json(get("/.well-known/jwks.json", null)).at("/keys/0/kid").asText())
                .isEqualTo("key-1");
    }

    private HttpResponse<String> place(String body, String idempotencyKey) {
        return send(order(body, idempotencyKey));
    }

    private HttpRequest.Builder order(String body, String idempotencyKey) {
        return jsonPost("/api/v1/orders", body).header("Authorization", ada).header("Idempotency-Key", idempotencyKey);
    }

    private HttpResponse<String> get(String path, String authorization) {
        var request = platform.request(path);
        return send(authorization == null ? request : request.header("Authorization", authorization));
    }

    private HttpResponse<String> post(String path, String body) {
        return send(jsonPost(path, body));
    }

    private HttpRequest.Builder jsonPost(String path, String body) {
        return platform.request(path).POST(BodyPublishers.ofString(body)).header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return platform.send(request);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        JsonNode problem = json(answer);
        assertThat(problem.path("type").asText()).isEqualTo(type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("instance").asText()).startsWith("/");
        assertThat(problem.path("traceId").asText()).matches("[0-9a-f]{32}");
    }
}
