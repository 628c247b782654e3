package io.trolleybus.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.regex.RegularExpression;
import io.trolleybus.gateway.Rejected.PartError;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What the contract demands of a body. Compiled once; safe for use by several threads. */
final class BodySchema {
    private static final int MAX_ERRORS = 20;
    private static final String NOT_AS_AGREED = "The body is not as the contract says.";

    /** Keywords whose error is about a property of the object they stand in. */
    private static final Set<String> ABOUT_A_PROPERTY = Set.of("required", "additionalProperties");

    private final JsonSchema schema;

    private BodySchema(JsonSchema schema) {
        this.schema = schema;
    }

    /**
     * @param contract the whole contract, in which the schema's references are looked up
     * @param schema as it stands in the request body
     */
    static BodySchema compile(JsonNode contract, JsonNode schema) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.setAll((ObjectNode) schema);
        root.set("components", contract.path("components"));
        var config = SchemaValidatorsConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .locale(Locale.ROOT)
                .preloadJsonSchema(true)
                .regularExpressionFactory(BodySchema::regularExpression)
                .build();
        return new BodySchema(
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root, config));
    }

    /** In JSON Schema a final {@code $} is the end of the text; in Java a line break may follow it. */
    private static RegularExpression regularExpression(String pattern) {
        String java = pattern.endsWith("$") ? pattern.substring(0, pattern.length() - 1) + "\\z" : pattern;
        return Pattern.compile(java).asPredicate()::test;
    }

    /** @throws Rejected if the body is not JSON, or not as the contract says; its errors name the places */
    <T> T read(Buffer body, Class<T> type) {
        JsonNode json = parse(body);
        Set<ValidationMessage> messages = schema.validate(json);
        if (!messages.isEmpty()) {
            throw Rejected.invalid(
                    NOT_AS_AGREED,
                    messages.stream().limit(MAX_ERRORS).map(BodySchema::error).toList());
        }
        try {
            return WireJson.READER.treeToValue(json, type);
        } catch (JsonProcessingException unfit) {
            // JSON Schema takes 1.0 for an integer; we do not.
            throw Rejected.invalid(NOT_AS_AGREED, List.of(new PartError(pointer(unfit), "must be an integer")));
        }
    }

    private static JsonNode parse(Buffer body) {
        JsonNode json;
        try {
            json = WireJson.READER.readTree(body.getBytes());
        } catch (JsonProcessingException malformed) {
            String where = malformed.getLocation() == null
                    ? ""
                    : " at line " + malformed.getLocation().getLineNr() + ", column "
                            + malformed.getLocation().getColumnNr();
            throw Rejected.because(ProblemType.INVALID, "The body is not well-formed JSON" + where + '.');
        } catch (IOException unreadable) {
            throw Rejected.because(ProblemType.INVALID, "The body is not text in UTF-8.");
        }
        if (json == null || json.isMissingNode()) {
            throw Rejected.because(ProblemType.INVALID, "The body is empty.");
        }
        return json;
    }

    private static PartError error(ValidationMessage message) {
        String place = message.getInstanceLocation().toString();
        String property = message.getProperty();
        boolean ofProperty = property != null && ABOUT_A_PROPERTY.contains(message.getType());
        return new PartError(ofProperty ? place + '/' + escaped(property) : place, message.getError());
    }

    private static String escaped(String property) {
        return property.replace("~", "~0").replace("/", "~1");
    }

    private static String pointer(JsonProcessingException unfit) {
        var pointer = new StringBuilder();
        if (unfit instanceof JsonMappingException mapping) {
            mapping.getPath().forEach(step -> pointer.append('/')
                    .append(step.getFieldName() == null ? step.getIndex() : step.getFieldName()));
        }
        return pointer.toString();
    }
}
