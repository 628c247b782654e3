package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.trolleybus.chassis.Json;
import io.trolleybus.gateway.Operation.Access;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what, and with which fields, for every operation that stands in the contract; there is no other list. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryOperationTest {

    /** Looks into the gateway's own list. */
    private static final String ASKING_NOBODY = "listServices";

    /** What a request may not be answered that has all it needs. */
    private static final Set<Integer> NOT_LET_THROUGH = Set.of(400, 401, 403, 404, 405, 413, 415, 429, 500);

    private final Requests requests = new Requests(Contract.load());
    private final TestKey key = TestKey.create("key-1");
    private final Witness witness = new Witness(key);
    private final List<Forgery> forgeries = Forgery.all(key).toList();
    /** Whose account is the one that paths name. */
    private final String customer = "Bearer " + key.token(Fakes.ORDER, "customer");

    private final String operator = "Bearer " + key.token(UUID.randomUUID(), "operator");
    private TestPlatform platform;

    @BeforeAll
    void start() {
        platform = TestPlatform.withGateway(TestPlatform.settings(1_000_000, 1_000_000, 100));
        platform.serve("witness", witness::listen);
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    /** All but those of services that are not ours, of which there is none here (see MemberRoutesTest). */
    Stream<Named<Operation>> ours() {
        return named(requests.operations().stream().filter(operation -> !operation.takesRest()));
    }

    Stream<Named<Operation>> needingToken() {
        return named(requests.operationsFor(Access.USER, Access.OPERATOR));
    }

    Stream<Named<Operation>> operators() {
        return named(requests.operationsFor(Access.OPERATOR));
    }

    Stream<Named<Operation>> takingBody() {
        return named(requests.operationsWithBody());
    }

    private static Stream<Named<Operation>> named(Stream<Operation> operations) {
        return operations.map(operation -> Named.of(operation.id(), operation));
    }

    /** Else what is refused below could be refused for another reason. */
    @ParameterizedTest
    @MethodSource("ours")
    void what_the_contract_gives_for_an_example_is_let_through(Operation operation) {
        witness.asked().clear();

        var answer = platform.send(asWhoMay(operation, requests.of(platform, operation)));

        assertThat(NOT_LET_THROUGH).as(answer.body()).doesNotContain(answer.statusCode());
        if (isGuarded(operation) && !operation.id().equals(ASKING_NOBODY)) {
            assertThat(witness.asked()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("operators")
    void an_operators_operation_is_forbidden_to_a_customer(Operation operation) {
        witness.asked().clear();

        var answer = platform.send(requests.of(platform, operation).header("Authorization", customer));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(json(answer).path("type").asText()).isEqualTo("/problems/forbidden");
        assertThat(witness.asked()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("needingToken")
    void without_a_token_that_is_good_there_is_a_challenge(Operation operation) {
        witness.asked().clear();

        assertChallenged("no token", requests.of(platform, operation));
        assertChallenged(
                "another scheme", requests.of(platform, operation).header("Authorization", "Basic b3BlcmF0b3I6eA=="));
        for (Forgery forgery : forgeries) {
            assertChallenged(
                    forgery.what(),
                    requests.of(platform, operation).header("Authorization", "Bearer " + forgery.token()));
        }
        assertThat(witness.asked()).isEmpty();
    }

    private void assertChallenged(String what, HttpRequest.Builder request) {
        var answer = platform.send(request);
        assertThat(answer.statusCode()).as(what).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                .as(what)
                .startsWith("Bearer ");
    }

    @ParameterizedTest
    @MethodSource("takingBody")
    void a_field_that_is_not_for_clients_to_set_is_refused_by_its_name(Operation operation) {
        witness.asked().clear();

        for (Requests.Foisted foisted : requests.foistedUpon(operation)) {
            var answer = platform.send(asWhoMay(operation, requests.of(platform, operation, foisted.body())));
            assertThat(answer.statusCode()).as(foisted.body()).isEqualTo(400);
            assertThat(json(answer).path("errors").findValuesAsText("pointer")).containsExactly(foisted.pointer());
        }
        assertThat(witness.asked()).isEmpty();
    }

    @Test
    void the_fields_that_are_tried_are_those_that_operations_answer_with() {
        assertThat(requests.answered())
                .contains("id", "status", "userId", "version", "createdAt", "roles", "total", "surprise")
                .contains("unitPrice", "disabled", "captured", "available", "accessToken");
    }

    private static boolean isGuarded(Operation operation) {
        boolean needsToken = operation.access() == Access.USER || operation.access() == Access.OPERATOR;
        return needsToken || operation.body() != null;
    }

    private HttpRequest.Builder asWhoMay(Operation operation, HttpRequest.Builder request) {
        return switch (operation.access()) {
            case PUBLIC -> request;
            case USER -> request.header("Authorization", customer);
            case OPTIONAL, OPERATOR -> request.header("Authorization", operator);
        };
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
