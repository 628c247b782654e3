package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.trolleybus.gateway.Operation.Access;
import io.trolleybus.gateway.Operation.Content;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * {@code openapi.yaml}, the single source of paths, of who may call them and of what their bodies look like. Reading it
 * blocks. Immutable.
 */
final class Contract {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final Asset yaml;
    private final Asset json;
    private final JsonNode document;
    private final List<Operation> operations;

    private Contract(byte[] yaml, JsonNode document) {
        this.yaml = Asset.of("application/yaml", yaml);
        this.json = Asset.of("application/json", WireJson.write(document).getBytes());
        this.document = document;
        this.operations = operationsOf(document);
    }

    static Contract load() {
        try (InputStream in = Contract.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not beside its classes");
            }
            return of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read openapi.yaml", e);
        }
    }

    /** @throws IllegalStateException naming the operation that makes no sense */
    static Contract of(byte[] yaml) throws IOException {
        return new Contract(yaml, new YAMLMapper().readTree(yaml));
    }

    Asset yaml() {
        return yaml;
    }

    Asset json() {
        return json;
    }

    List<Operation> operations() {
        return operations;
    }

    /** The methods that a path takes, for {@code Allow}; empty if there is no such path. */
    Set<String> methodsOf(String requestPath) {
        return operations.stream()
                .filter(operation -> operation.hasPath(requestPath))
                .map(Operation::method)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * A copy for the router, which needs paths and ids only: without responses, since it refuses the media types of
     * problems and of web pages, without servers, since it refuses relative ones, and without what it cannot route.
     */
    JsonObject forRouting() {
        ObjectNode copy = document.deepCopy();
        copy.remove("servers");
        ((ObjectNode) copy.path("components")).remove("responses");
        copy.path("paths").properties().removeIf(path -> takesRest(path.getValue()));
        copy.path("paths")
                .forEach(path -> path.forEach(member -> {
                    if (member instanceof ObjectNode operation && operation.has("responses")) {
                        operation.putObject("responses").putObject("default").put("description", "not for routing");
                    }
                }));
        return new JsonObject(copy.toString());
    }

    private static List<Operation> operationsOf(JsonNode document) {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(member -> {
                    if (METHODS.contains(member.getKey())) {
                        boolean takesRest = takesRest(path.getValue());
                        operations.add(
                                operation(document, path.getKey(), takesRest, member.getKey(), member.getValue()));
                    }
                }));
        operations.forEach(operation -> requireSuccessor(operation, operations));
        return List.copyOf(operations);
    }

    private static void requireSuccessor(Operation operation, List<Operation> all) {
        Deprecation deprecation = operation.deprecation();
        String successor = deprecation == null ? null : deprecation.successor();
        if (successor != null && all.stream().noneMatch(other -> other.path().equals(successor))) {
            throw Deprecation.wrong(operation.id(), "has the successor " + successor + ", which is not in it");
        }
    }

    /** OpenAPI has no word for a parameter that spans slashes. */
    private static boolean takesRest(JsonNode path) {
        for (JsonNode parameter : path.path("parameters")) {
            if (parameter.path("x-rest-of-path").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    private static Operation operation(
            JsonNode document, String path, boolean takesRest, String method, JsonNode operation) {
        JsonNode body = resolved(document, operation.path("requestBody"));
        JsonNode schema = body.path("content").path("application/json").path("schema");
        String id = operation.path("operationId").asText();
        return Operation.of(
                id,
                method.toUpperCase(Locale.ROOT),
                path,
                takesRest,
                accessOf(operation),
                operation.path("x-vital").asBoolean(),
                contentOf(body),
                schema.isMissingNode() ? null : BodySchema.compile(document, schema),
                Deprecation.of(id, path, operation));
    }

    private static Content contentOf(JsonNode body) {
        if (body.isMissingNode()) {
            return Content.NONE;
        }
        return body.path("content").has("application/json") ? Content.JSON : Content.ANY;
    }

    private static Access accessOf(JsonNode operation) {
        if (operation.path("x-operator").asBoolean()) {
            return Access.OPERATOR;
        }
        JsonNode security = operation.path("security");
        if (security.isMissingNode()) {
            return Access.USER;
        }
        return security.isEmpty() ? Access.PUBLIC : Access.OPTIONAL;
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** For tests, which look at what the contract promises. */
    JsonNode document() {
        return document;
    }
}
