package io.trolleybus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A good request for each operation, built from what the contract gives for examples. */
final class Requests {
    /** What stands in paths. A part of another name has to be added here. */
    private static final Map<String, String> IN_PATH = Map.of(
            "id", Fakes.ORDER.toString(),
            "sku", "BELL",
            "traceId", "4bf92f3577b34da6a3ce929d0e0e4736",
            "name", "user-orders",
            "asset", "start.js",
            "service", "nobody",
            "path", "things/1");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]+)}");

    private final Contract contract;

    Requests(Contract contract) {
        this.contract = contract;
    }

    List<Operation> operations() {
        return contract.operations();
    }

    Stream<Operation> operationsFor(Operation.Access... accesses) {
        Set<Operation.Access> wanted = Set.of(accesses);
        return operations().stream().filter(operation -> wanted.contains(operation.access()));
    }

    Stream<Operation> operationsWithBody() {
        return operations().stream().filter(operation -> operation.body() != null);
    }

    static String pathOf(Operation operation) {
        Matcher placeholder = PLACEHOLDER.matcher(operation.path());
        return placeholder.replaceAll(part -> {
            String value = IN_PATH.get(part.group(1));
            if (value == null) {
                throw new AssertionError("nobody knows what to write for " + part.group() + " of " + operation.id());
            }
            return value;
        });
    }

    HttpRequest.Builder of(TestPlatform platform, Operation operation) {
        return of(
                platform,
                operation,
                operation.body() == null ? "" : bodyOf(operation).toString());
    }

    /** @param body instead of the good one; none if it is empty */
    HttpRequest.Builder of(TestPlatform platform, Operation operation, String body) {
        HttpRequest.Builder request = platform.request(pathOf(operation))
                .method(operation.method(), body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        parametersOf(operation)
                .filter(parameter -> parameter.path("required").asBoolean())
                .filter(parameter -> !parameter.path("in").asText().equals("path"))
                .forEach(parameter ->
                        require(request, operation, parameter.path("name").asText()));
        return request;
    }

    private static void require(HttpRequest.Builder request, Operation operation, String parameter) {
        if (!parameter.equals("Idempotency-Key")) {
            throw new AssertionError("nobody knows what to send for " + parameter + " of " + operation.id());
        }
        request.header(parameter, UUID.randomUUID().toString());
    }

    /** The contract's example. */
    ObjectNode bodyOf(Operation operation) {
        JsonNode example = mediaOf(operation).path("example");
        if (!example.isObject()) {
            throw new AssertionError("the contract has no example of a body for " + operation.id());
        }
        return example.deepCopy();
    }

    /**
     * A good body but for one field.
     *
     * @param pointer to that field
     */
    record Foisted(String pointer, String body) {}

    /** The bodies that have, in one of their objects, a field which only the server may set, or nobody. */
    List<Foisted> foistedUpon(Operation operation) {
        List<Foisted> bodies = new ArrayList<>();
        ObjectNode body = bodyOf(operation);
        foist("", body, schemaOf(operation), body, bodies);
        return bodies;
    }

    private void foist(String place, JsonNode part, JsonNode schema, ObjectNode whole, List<Foisted> bodies) {
        JsonNode known = resolved(schema);
        if (part instanceof ObjectNode object) {
            answered().stream()
                    .filter(name -> !known.path("properties").has(name))
                    .forEach(name -> {
                        object.put(name, 1);
                        bodies.add(new Foisted(place + '/' + name, whole.toString()));
                        object.remove(name);
                    });
            object.deepCopy()
                    .fieldNames()
                    .forEachRemaining(name -> foist(
                            place + '/' + name,
                            object.path(name),
                            known.path("properties").path(name),
                            whole,
                            bodies));
        }
        for (int i = 0; part.isArray() && i < part.size(); i++) {
            foist(place + '/' + i, part.path(i), known.path("items"), whole, bodies);
        }
    }

    /** The names of all that any operation with a body answers with, and one that nothing has. */
    Set<String> answered() {
        Set<String> names = new TreeSet<>(Set.of("surprise"));
        operationsWithBody()
                .flatMap(operation -> stream(nodeOf(operation).path("responses")))
                .map(answer -> resolved(answer)
                        .path("content")
                        .path("application/json")
                        .path("schema"))
                .forEach(schema -> collectNames(schema, names));
        return names;
    }

    /** The names of all that a body may have. */
    Set<String> fieldsOf(Operation operation) {
        Set<String> names = new TreeSet<>();
        collectNames(schemaOf(operation), names);
        return names;
    }

    private void collectNames(JsonNode schema, Set<String> names) {
        JsonNode known = resolved(schema);
        known.path("properties").fields().forEachRemaining(property -> {
            names.add(property.getKey());
            collectNames(property.getValue(), names);
        });
        Stream.concat(Stream.of(known.path("items")), stream(known.path("oneOf")))
                .filter(JsonNode::isObject)
                .forEach(inner -> collectNames(inner, names));
    }

    JsonNode schemaOf(Operation operation) {
        return mediaOf(operation).path("schema");
    }

    private JsonNode mediaOf(Operation operation) {
        return resolved(nodeOf(operation).path("requestBody")).path("content").path("application/json");
    }

    private Stream<JsonNode> parametersOf(Operation operation) {
        JsonNode path = contract.document().path("paths").path(operation.path());
        return Stream.concat(
                        stream(path.path("parameters")),
                        stream(nodeOf(operation).path("parameters")))
                .map(this::resolved);
    }

    private JsonNode nodeOf(Operation operation) {
        return contract.document()
                .path("paths")
                .path(operation.path())
                .path(operation.method().toLowerCase(Locale.ROOT));
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref")
                ? contract.document().at(node.get("$ref").asText().substring(1))
                : node;
    }

    private static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }
}
