package io.trolleybus.verification;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The contract as a gateway serves it, and whether an answer is as it says. */
final class ApiContract {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final String ANY_TYPE = "*/*";

    /** JSON Schema, and what OpenAPI puts beside it, which says nothing of whether a body is valid. */
    private static final JsonMetaSchema DIALECT = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
            .keywords(Stream.of("components", "example")
                    .map(NonValidationKeyword::new)
                    .toList())
            .build();

    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012, factory -> factory.metaSchema(DIALECT));

    private static final SchemaValidatorsConfig STRICTLY = SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ROOT)
            .formatAssertionsEnabled(true)
            .build();

    /** Whom an operation is for. */
    enum Access {
        PUBLIC,
        OPTIONAL,
        USER,
        OPERATOR
    }

    /**
     * One operation.
     *
     * @param body the example of what it takes, without a member if there is none; missing if it takes none
     * @param query the schemas of its query parameters by their names
     * @param answers by their statuses, ranges of those such as "2XX", and "default"
     */
    record Operation(
            String id,
            String method,
            String path,
            Access access,
            JsonNode body,
            Map<String, JsonNode> query,
            Map<String, JsonNode> answers) {
        boolean takesBody() {
            return !body.isMissingNode();
        }

        boolean isAboutOne() {
            return path.contains("{");
        }

        /** Those that it names one by one. */
        Set<Integer> statuses() {
            return answers.keySet().stream()
                    .filter(status -> status.matches("[0-9]+"))
                    .map(Integer::valueOf)
                    .collect(toSet());
        }

        private boolean isAskedBy(String request) {
            String pattern = path.replaceAll("\\{[^}]*}", "[^/?]+").replace(".", "\\.");
            return request.matches(method + " " + pattern + "(\\?.*)?");
        }

        private long variables() {
            return path.chars().filter(c -> c == '{').count();
        }
    }

    private final JsonNode document;
    private final List<Operation> operations;

    private ApiContract(JsonNode document) {
        this.document = document;
        this.operations = members(document.path("paths"))
                .flatMap(path -> operationsAt(path.getKey(), path.getValue()))
                .toList();
    }

    static ApiContract servedBy(Api gateway) {
        return new ApiContract(gateway.get("/openapi.json").expect(200).json());
    }

    List<Operation> operations() {
        return operations;
    }

    /** The operation that a reply answers; of two that could be meant the one whose path says it word for word. */
    Operation askedBy(Reply reply) {
        return operations.stream()
                .filter(operation -> operation.isAskedBy(reply.request()))
                .min(Comparator.comparingLong(Operation::variables))
                .orElseThrow(() -> new AssertionError("no operation is asked by " + reply.request()));
    }

    /** What is wrong with an answer; nothing if it is as the contract says. */
    List<String> faultsOf(Operation operation, Reply reply) {
        JsonNode answer = operation
                .answers()
                .getOrDefault(
                        Integer.toString(reply.status()), operation.answers().get("default"));
        List<String> faults = new ArrayList<>(missingHeaders(answer, reply));
        JsonNode content = answer.path("content");
        if (content.isMissingNode()) {
            if (!reply.body().isEmpty()) {
                faults.add("has a body, where none is promised");
            }
        } else if (content.has(reply.contentType())) {
            faults.addAll(faultsOfBody(content.path(reply.contentType()).path("schema"), reply));
        } else if (!content.has(ANY_TYPE)) {
            faults.add("is " + reply.contentType() + ", where " + content + " is promised");
        }
        return faults;
    }

    private List<String> missingHeaders(JsonNode answer, Reply reply) {
        // What says how much a client may still ask for is told where there is a limit, and named where it is reached.
        return Stream.of("Location", "ETag", "WWW-Authenticate")
                .filter(name -> answer.path("headers").has(name))
                .filter(name -> reply.header(name).isEmpty())
                .map(name -> "has no " + name)
                .toList();
    }

    private List<String> faultsOfBody(JsonNode schema, Reply reply) {
        if (!reply.contentType().endsWith("json")) {
            return reply.body().isEmpty() ? List.of("is empty") : List.of();
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.setAll((ObjectNode) schema);
        root.set("components", document.path("components"));
        return SCHEMAS.getSchema(root, STRICTLY).validate(reply.json()).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private Stream<Operation> operationsAt(String path, JsonNode item) {
        return METHODS.stream()
                .filter(item::has)
                .map(method -> operation(path, item, method.toUpperCase(Locale.ROOT), item.path(method)));
    }

    private Operation operation(String path, JsonNode item, String method, JsonNode operation) {
        JsonNode media = resolved(operation.path("requestBody")).path("content").path("application/json");
        JsonNode body = media.isMissingNode() || media.has("example") ? media.path("example") : Json.read("{}");
        return new Operation(
                operation.path("operationId").asText(),
                method,
                path,
                accessOf(operation),
                body,
                Stream.of(item, operation)
                        .flatMap(one ->
                                StreamSupport.stream(one.path("parameters").spliterator(), false))
                        .map(this::resolved)
                        .filter(parameter -> parameter.path("in").asText().equals("query"))
                        .collect(toMap(
                                parameter -> parameter.path("name").asText(), parameter -> parameter.path("schema"))),
                members(operation.path("responses"))
                        .collect(toMap(Map.Entry::getKey, answer -> resolved(answer.getValue()))));
    }

    private static Access accessOf(JsonNode operation) {
        JsonNode security = operation.path("security");
        if (operation.path("x-operator").asBoolean()) {
            return Access.OPERATOR;
        }
        if (security.isMissingNode()) {
            return Access.USER;
        }
        return security.isEmpty() ? Access.PUBLIC : Access.OPTIONAL;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static Stream<Map.Entry<String, JsonNode>> members(JsonNode object) {
        return object.properties().stream();
    }
}
