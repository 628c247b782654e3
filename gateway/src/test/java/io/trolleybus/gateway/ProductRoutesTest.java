package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.Money;
import io.trolleybus.model.UserMessages.Jwks;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How products are changed and stock is moved, over real HTTP and a real bus. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProductRoutesTest {
    private static final String BELL = "/api/v1/products/BELL";
    private static final String MOVEMENTS = BELL + "/stock-movements";
    private static final UUID OPERATOR = UUID.fromString("01930000-0000-7000-8000-0000000000b0");

    private TestPlatform platform;
    private Fakes fakes;
    private String customer;
    private String operator;

    @BeforeAll
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.SETTINGS);
        TestKey key = TestKey.create("key-1");
        fakes = new Fakes(new Jwks(List.of(key.jwk())));
        platform.serve("user", fakes::user);
        platform.serve("inventory", fakes::inventory);
        customer = "Bearer " + key.token(UUID.randomUUID(), "customer");
        operator = "Bearer " + key.token(OPERATOR, "operator");
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    @BeforeEach
    void forget() {
        fakes.productChanges.clear();
        fakes.moves.clear();
    }

    @Test
    void a_change_answers_the_product_with_its_new_etag() {
        var answer = patch("{\"price\":{\"amount\":2199,\"currency\":\"EUR\"}}", null);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"4.98\"");
        assertThat(json(answer).path("version").asInt()).isEqualTo(4);
        assertThat(fakes.productChanges)
                .containsExactly(new ChangeProduct("BELL", null, null, new Money(2199, "EUR"), null));
    }

    @Test
    void what_is_left_out_is_not_named_to_the_service() {
        patch("{\"name\":\"Bell\",\"description\":\"\"}", null);

        assertThat(fakes.productChanges).containsExactly(new ChangeProduct("BELL", "Bell", "", null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"3.98\" | 3",
                "\"3.97\" | 3",
                "\"1.98\", \"3.2\" | 1 3",
                "W/\"3.98\" | 3",
                "\"3\" | 3",
            })
    void if_match_compares_the_version_and_not_what_is_available(String ifMatch, String versions) {
        var answer = patch("{\"name\":\"Bell\"}", ifMatch);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(fakes.productChanges)
                .singleElement()
                .extracting(ChangeProduct::versions)
                .isEqualTo(Arrays.stream(versions.split(" ", -1))
                        .map(Integer::valueOf)
                        .toList());
    }

    @Test
    void a_star_matches_any_version() {
        assertThat(patch("{\"name\":\"Bell\"}", "*").statusCode()).isEqualTo(200);
        assertThat(fakes.productChanges)
                .singleElement()
                .extracting(ChangeProduct::versions)
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2.98\"", "\"another's\"", "\"33.98\", \"\""})
    void another_version_is_412(String ifMatch) {
        var answer = patch("{\"name\":\"Bell\"}", ifMatch);

        assertProblem(answer, 412, "/problems/precondition-failed");
        assertThat(json(answer).path("version").asInt()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.98", "\"3.98", "\"3.98\",", "*, \"3.98\""})
    void what_is_no_etag_is_400(String ifMatch) {
        var answer = patch("{\"name\":\"Bell\"}", ifMatch);

        assertProblem(answer, 400, "/problems/invalid");
        assertThat(json(answer).path("errors").findValuesAsText("pointer")).containsExactly("If-Match");
        assertThat(fakes.productChanges).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | ``",
                "{\"sku\":\"POLE\"} | /sku",
                "{\"name\":\"Bell\",\"available\":5} | /available",
                "{\"name\":null} | /name",
                "{\"name\":\"\"} | /name",
                "{\"price\":{\"amount\":1}} | /price/currency",
                "{\"price\":{\"amount\":-1,\"currency\":\"EUR\"}} | /price/amount",
            })
    void a_change_that_breaks_the_contract_is_400_and_says_where(String body, String pointer) {
        var answer = patch(body, null);

        assertProblem(answer, 400, "/problems/invalid");
        assertThat(json(answer).path("errors").findValuesAsText("pointer")).contains(pointer);
        assertThat(fakes.productChanges).isEmpty();
    }

    @Test
    void customers_change_and_move_nothing() {
        var change = platform.request(BELL).method("PATCH", BodyPublishers.ofString("{\"name\":\"Mine\"}"));
        var move = platform.request(MOVEMENTS).POST(BodyPublishers.ofString("{\"quantity\":1,\"reason\":\"mine\"}"));

        assertProblem(send(change, customer), 403, "/problems/forbidden");
        assertProblem(send(move.header("Idempotency-Key", "k"), customer), 403, "/problems/forbidden");
        assertProblem(send(platform.request(MOVEMENTS), customer), 403, "/problems/forbidden");
        assertThat(fakes.productChanges).isEmpty();
        assertThat(fakes.moves).isEmpty();
    }

    @Test
    void a_movement_carries_its_kind_if_there_is_one() {
        var named = move("{\"quantity\":2,\"kind\":\"returned\",\"reason\":\"did not fit\"}");
        var unnamed = move("{\"quantity\":5,\"reason\":\"delivery\"}");

        assertThat(named.statusCode()).as(named.body()).isEqualTo(201);
        assertThat(json(named).path("kind").asText()).isEqualTo("returned");
        assertThat(json(named).path("by").asText()).isEqualTo("user:" + OPERATOR);
        assertThat(unnamed.statusCode()).isEqualTo(201);
        assertThat(fakes.moves)
                .containsExactly(
                        new MoveStock("BELL", 2, "returned", "did not fit", "k"),
                        new MoveStock("BELL", 5, null, "delivery", "k"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sold", "RECEIVED", "", "stolen"})
    void a_kind_that_nobody_may_say_is_400(String kind) {
        var answer = move("{\"quantity\":1,\"kind\":\"" + kind + "\",\"reason\":\"why not\"}");

        assertProblem(answer, 400, "/problems/invalid");
        assertThat(json(answer).path("errors").findValuesAsText("pointer")).containsExactly("/kind");
        assertThat(fakes.moves).isEmpty();
    }

    @Test
    void the_history_is_paged() {
        var first = json(send(platform.request(MOVEMENTS + "?limit=1"), operator));
        var last = json(send(platform.request(MOVEMENTS + "?limit=1&cursor=older"), operator));

        assertThat(first.at("/items/0/kind").asText()).isEqualTo("sold");
        assertThat(first.at("/items/0/quantity").asInt()).isEqualTo(-2);
        assertThat(first.path("nextCursor").asText()).isEqualTo("older");
        assertThat(last.path("nextCursor").isNull()).isTrue();
    }

    private HttpResponse<String> patch(String body, @Nullable String ifMatch) {
        var request = platform.request(BELL).method("PATCH", BodyPublishers.ofString(body));
        return send(ifMatch == null ? request : request.header("If-Match", ifMatch), operator);
    }

    private HttpResponse<String> move(String body) {
        return send(
                platform.request(MOVEMENTS).POST(BodyPublishers.ofString(body)).header("Idempotency-Key", "k"),
                operator);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String authorization) {
        return platform.send(request.header("Content-Type", "application/json").header("Authorization", authorization));
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
        assertThat(json(answer).path("type").asText()).isEqualTo(type);
        assertThat(json(answer).path("status").asInt()).isEqualTo(status);
    }
}
