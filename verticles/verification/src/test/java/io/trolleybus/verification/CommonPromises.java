package io.trolleybus.verification;

import static io.trolleybus.verification.Promise.invalid;
import static io.trolleybus.verification.Promise.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trolleybus.verification.ApiContract.Access;
import io.trolleybus.verification.ApiContract.Operation;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What is promised of every operation of a kind, read off the contract. */
record CommonPromises(ApiContract contract, Cast cast) {
    private static final String[] JSON = {"Content-Type", "application/json"};

    Stream<Promise> all() {
        return contract.operations().stream().flatMap(operation -> Stream.of(
                        withoutToken(operation),
                        asCustomer(operation),
                        ofAnother(operation),
                        aboutNothing(operation),
                        withUnknownField(operation),
                        withoutBody(operation),
                        withLimits(operation),
                        withCursor(operation))
                .flatMap(promises -> promises));
    }

    private Stream<Promise> withoutToken(Operation operation) {
        boolean needed = operation.access() == Access.USER || operation.access() == Access.OPERATOR;
        return only(
                needed,
                refusal(operation.id(), 401, "unauthorized", "without a token", () -> cast.anybody()
                                .send(operation.method(), nowhere(operation), bodyOf(operation), headers()))
                        .and(reply -> assertThat(
                                        reply.header("WWW-Authenticate").orElse(""))
                                .startsWith("Bearer")));
    }

    private Stream<Promise> asCustomer(Operation operation) {
        return only(
                operation.access() == Access.OPERATOR,
                refusal(operation.id(), 403, "forbidden", "to a customer", () -> cast.mallory()
                        .send(operation.method(), nowhere(operation), bodyOf(operation), headers())));
    }

    /**
     * What belongs to somebody else is as if it were not there, and stays as it is. Of what services have that are not
     * ours they decide themselves.
     */
    private Stream<Promise> ofAnother(Operation operation) {
        return only(
                operation.access() == Access.USER
                        && operation.isAboutOne()
                        && !operation.path().startsWith("/api/ext/"),
                refusal(operation.id(), 404, "not-found", "to anybody else", () -> {
                    String resource = alices(operation);
                    String path = resource + operation.path().replaceFirst("^[^}]*}", "");
                    JsonNode before =
                            cast.alice().session().get(resource).expect(200).json();
                    Reply refused = cast.mallory().send(operation.method(), path, bodyOf(operation), headers());
                    assertThat(cast.alice().session().get(resource).expect(200).json())
                            .isEqualTo(before);
                    return refused;
                }));
    }

    /** The path of what is Alice's, up to its id. */
    private String alices(Operation operation) {
        String collection = operation.path().replaceFirst("/\\{.*", "");
        return switch (collection) {
            case "/api/v1/users" -> collection + "/" + cast.alice().id();
            case Cast.ORDERS -> collection + "/" + cast.confirmed();
            default -> throw new AssertionError("nobody knows what Alice has at " + operation.path());
        };
    }

    private Stream<Promise> aboutNothing(Operation operation) {
        return only(
                operation.isAboutOne(),
                refusal(
                        operation.id(),
                        404,
                        "not-found",
                        "if there is none",
                        () -> send(operation, nowhere(operation), bodyOf(operation))),
                refusal(
                        operation.id(),
                        404,
                        "not-found",
                        "if there can be none",
                        () -> send(operation, operation.path().replaceAll("\\{[^}]*}", "~"), bodyOf(operation))));
    }

    private Stream<Promise> withUnknownField(Operation operation) {
        return only(operation.takesBody(), invalid(operation.id(), "/surprise", "if it is not known", () -> {
            ObjectNode body = operation.body().deepCopy();
            return send(operation, nowhere(operation), BodyPublishers.ofString(Json.write(body.put("surprise", 1))));
        }));
    }

    private Stream<Promise> withoutBody(Operation operation) {
        return only(
                operation.takesBody(),
                refusal(
                        operation.id(),
                        400,
                        "invalid",
                        "without a body",
                        () -> send(operation, nowhere(operation), BodyPublishers.ofString(" "))));
    }

    private Stream<Promise> withLimits(Operation operation) {
        JsonNode limit = operation.query().get("limit");
        return limit == null
                ? Stream.of()
                : Stream.of("0", Long.toString(limit.path("maximum").asLong() + 1), "many")
                        .map(value -> invalid(
                                operation.id(),
                                "limit",
                                "if it is " + value,
                                () -> send(
                                        operation, nowhere(operation) + "?limit=" + value, BodyPublishers.noBody())));
    }

    private Stream<Promise> withCursor(Operation operation) {
        return only(
                operation.query().containsKey("cursor"),
                invalid(
                        operation.id(),
                        "cursor",
                        "if it is none",
                        () -> send(operation, nowhere(operation) + "?cursor=%21", BodyPublishers.noBody())));
    }

    private Reply send(Operation operation, String path, BodyPublisher body) {
        return operation.access() == Access.PUBLIC
                ? cast.anybody().send(operation.method(), path, body, headers())
                : cast.operator().send(operation.method(), path, body, headers());
    }

    /** A path that leads to nothing that is there. */
    private static String nowhere(Operation operation) {
        Map<String, String> values = Map.of(
                "id",
                UUID.randomUUID().toString(),
                "sku",
                "NO-SUCH-SKU",
                "traceId",
                "0".repeat(31) + "1",
                "asset",
                "x",
                "name",
                "no-such-model",
                "service",
                "no-such-service",
                "path",
                "x");
        String path = operation.path();
        for (Map.Entry<String, String> value : values.entrySet()) {
            path = path.replace('{' + value.getKey() + '}', value.getValue());
        }
        assertThat(path).as("a value for each part of the path").doesNotContain("{");
        return path;
    }

    private static BodyPublisher bodyOf(Operation operation) {
        return operation.takesBody() ? BodyPublishers.ofString(operation.body().toString()) : BodyPublishers.noBody();
    }

    private static String[] headers() {
        return Api.with(JSON, "Idempotency-Key", UUID.randomUUID().toString());
    }

    private static Stream<Promise> only(boolean applies, Promise... promises) {
        return applies ? List.of(promises).stream() : Stream.of();
    }
}
