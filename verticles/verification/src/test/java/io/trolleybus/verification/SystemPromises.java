package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.answer;
import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is promised to operators about sagas, nodes, traces and logs; and to anybody about the platform itself. */
record SystemPromises(Cast cast) {
    private static final String SYSTEM = "/api/v1/system/";
    private static final Map<String, String> REASON = Map.of("reason", "The provider is back");
    private static final Pattern PART_OF_PAGE = Pattern.compile("(?:src|href)=\"/docs/([\\w.-]+\\.js)\"");

    Stream<Promise> all() {
        return Stream.of(sagas(), retrying(), compensating(), nodes(), traces(), health(), documents())
                .flatMap(promises -> promises);
    }

    private Stream<Promise> sagas() {
        return Stream.of(
                answer("findSagas", 200, "those in a state, the newest first", () -> {
                            cast.confirmed();
                            return see("sagas?state=completed&limit=1");
                        })
                        .telling("/items/0/state", "completed"),
                invalid("findSagas", "state", "if there is no such", () -> see("sagas?state=asleep")),
                answer("getSaga", 200, "its steps with their outcomes", () -> see("sagas/" + cast.confirmed()))
                        .telling("/steps/1/outcome", "done"));
    }

    private Stream<Promise> retrying() {
        return Stream.of(
                answer("retrySaga", 200, "it goes on", () -> intervene(parked(), "retry")),
                refusal(
                        "retrySaga",
                        409,
                        "saga-state",
                        "unless it is parked",
                        () -> intervene(cast.confirmed(), "retry")),
                keyReused("retrySaga", "retry"));
    }

    private Stream<Promise> compensating() {
        return Stream.of(
                answer("compensateSaga", 200, "it turns back, and its order is withdrawn", () -> {
                    String order = cast.pending();
                    Reply reply = intervene(order, "compensate");
                    assertThat(cast.alice().awaitEnd(order).refusal().code()).isEqualTo("withdrawn");
                    return reply;
                }),
                refusal(
                        "compensateSaga",
                        409,
                        "saga-state",
                        "once it has ended",
                        () -> intervene(cast.confirmed(), "compensate")),
                keyReused("compensateSaga", "compensate"));
    }

    private Promise keyReused(String operation, String how) {
        return refusal(operation, 422, "idempotency-key-reused", "if the key was used for another reason", () -> {
            String[] key = Cast.key();
            String refund = parked();
            cast.operator().post(path(refund, how), REASON, key).expect(200);
            return cast.operator().post(path(refund, how), Map.of("reason", "Another one"), key);
        });
    }

    /** The saga of a refund that was not answered three times. */
    private String parked() {
        String order = cast.alice()
                .buyToTheEnd(Purchase.of(cast.tea(), 1).paidWith("tok_refund_flaky"))
                .id();
        String refund = cast.refund(order, 300, Cast.key())
                .expect(201)
                .json()
                .path("id")
                .asText();
        cast.until(cast.operator(), Cast.SAGAS + "/" + refund, is("state", "parked"));
        return refund;
    }

    private Stream<Promise> nodes() {
        return Stream.of(
                answer("listServices", 200, "every instance with its lease", () -> see("services"))
                        .and(reply -> assertThat(reply.json().findValuesAsText("name"))
                                .contains("gateway", "inventory", "order", "payment", "user")),
                answer("listBreakers", 200, "each of them with its state", () -> {
                            cast.confirmed();
                            return see("breakers");
                        })
                        .and(reply -> assertThat(reply.json().findValuesAsText("callee"))
                                .contains("provider")));
    }

    private Stream<Promise> traces() {
        return Stream.of(
                answer("getTrace", 200, "its spans", () -> see("traces/" + sampled()))
                        .and(reply -> assertThat(reply.json().path("spans")).isNotEmpty()),
                answer("listTraces", 200, "those that are asked for", () -> see("traces?limit=5&traceId=" + sampled()))
                        .and(reply -> assertThat(reply.json().path("items")).hasSize(1)),
                invalid("listTraces", "orderId", "if it is none", () -> see("traces?orderId=1")),
                answer("listLogs", 200, "the lines of late", () -> see("logs?limit=500"))
                        .and(reply -> assertThat(reply.json().path("items")).isNotEmpty()),
                invalid("listLogs", "traceId", "if it is none", () -> see("logs?traceId=1")));
    }

    /** The id of a trace that is there to be seen. */
    private String sampled() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        cast.alice().session().get("/api/v1/users/me", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
        cast.until(cast.operator(), SYSTEM + "traces?traceId=" + trace, traces -> !traces.path("items")
                .isEmpty());
        return trace;
    }

    private Stream<Promise> health() {
        return Stream.of(
                answer("getLiveness", 200, "it runs", () -> cast.anybody().get("/health/live")),
                answer("getHealth", 200, "it is up, and no more to strangers", () -> cast.anybody()
                                .get("/health"))
                        .and(reply -> assertThat(reply.json()).hasToString("{\"status\":\"UP\"}")),
                answer("getHealth", 200, "each check to an operator", () -> cast.operator()
                                .get("/health"))
                        .and(reply -> assertThat(reply.json().path("checks")).isNotEmpty()),
                answer("getReadiness", 200, "it is ready, and no more to strangers", () -> cast.anybody()
                                .get("/health/ready"))
                        .and(reply -> assertThat(reply.json()).hasToString("{\"status\":\"UP\"}")));
    }

    private Stream<Promise> documents() {
        return Stream.of(
                answer("getKeys", 200, "the public halves of the keys", () -> cast.anybody()
                                .get("/.well-known/jwks.json"))
                        .and(reply -> assertThat(reply.json().findValues("d")).isEmpty()),
                answer("getContractYaml", 200, "the contract", () -> cast.anybody()
                                .get("/openapi.yaml"))
                        .and(reply -> assertThat(reply.body()).startsWith("openapi: 3.1")),
                answer("getContractJson", 200, "the contract", () -> cast.anybody()
                        .get("/openapi.json")),
                answer("getBusContract", 200, "what services say to each other", () -> cast.anybody()
                                .get("/asyncapi.yaml"))
                        .and(reply -> assertThat(reply.body()).startsWith("asyncapi: 3")),
                answer("getDocs", 200, "a page", () -> cast.anybody().get("/docs")),
                answer("getDocsAsset", 200, "what the page is made of", () -> cast.anybody()
                        .get("/docs/" + partOfPage())));
    }

    private String partOfPage() {
        return PART_OF_PAGE
                .matcher(cast.anybody().get("/docs").body())
                .results()
                .map(part -> part.group(1))
                .findFirst()
                .orElseThrow();
    }

    private Reply see(String what) {
        return cast.operator().get(SYSTEM + what);
    }

    private Reply intervene(String saga, String how) {
        return cast.operator().post(path(saga, how), REASON);
    }

    private static String path(String saga, String how) {
        return Cast.SAGAS + "/" + saga + "/" + how;
    }

    private static Predicate<JsonNode> is(String field, String value) {
        return node -> node.path(field).asText().equals(value);
    }
}
