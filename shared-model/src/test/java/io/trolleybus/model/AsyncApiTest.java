package io.trolleybus.model;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Holds {@code asyncapi.yaml} against the records and addresses that the services really use. */
class AsyncApiTest {
    private static final Path GOLDEN = Path.of("golden");
    private static final JsonNode CONTRACT = contract();
    private static final JsonNode SCHEMAS = CONTRACT.at("/components/schemas");

    private static final Set<Class<?>> LONGS = Set.of(long.class, Long.class);
    private static final Set<Class<?>> INTEGERS = Set.of(int.class, Integer.class);

    /** Two services have a status each. */
    private static final Map<Class<?>, String> SCHEMA_NAMES = Map.of(
            OrderMessages.Status.class,
            "OrderStatus",
            PaymentMessages.Status.class,
            "PaymentStatus",
            PaymentMessages.RefundStatus.class,
            "RefundStatus",
            NodeMessages.BreakerState.class,
            "BreakerState");

    private static JsonNode contract() {
        try (var yaml = AsyncApiTest.class.getResourceAsStream("asyncapi.yaml")) {
            return new ObjectMapper().valueToTree(new Yaml().<Object>load(yaml));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyAddressIsDescribedAndNoOther() {
        Set<String> described = new TreeSet<>();
        CONTRACT.path("channels")
                .forEach(channel -> described.add(channel.path("address").asText()));
        // The replies' channel has none.
        described.remove("null");

        assertThat(described).isEqualTo(addresses());
    }

    @Test
    void everyAddressHasItsOperation() {
        assertThat(names(CONTRACT.path("operations"))).isEqualTo(addresses());
        CONTRACT.path("operations").properties().forEach(operation -> assertThat(
                        operation.getValue().at("/channel/$ref").asText())
                .isEqualTo("#/channels/" + operation.getKey()));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(CONTRACT.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        CONTRACT.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }

    @Test
    void everyRefusalIsOneThatServicesKnow() throws IllegalAccessException {
        Set<String> known = new TreeSet<>();
        for (Field field : constantsOf(Refusals.class)) {
            known.add((String) field.get(null));
        }

        assertThat(CONTRACT.path("operations").findValues("x-refusals"))
                .isNotEmpty()
                .allSatisfy(codes -> codes.forEach(code -> assertThat(known).contains(code.asText())));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordIsDescribedAsItIs(Class<? extends Record> type) {
        JsonNode schema = SCHEMAS.path(type.getSimpleName());
        var components = Arrays.asList(type.getRecordComponents());

        assertThat(names(schema.path("properties")))
                .isEqualTo(components.stream().map(RecordComponent::getName).collect(toSet()));
        assertThat(texts(schema.path("required")))
                .isEqualTo(components.stream()
                        .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                        .map(RecordComponent::getName)
                        .collect(toSet()));
        components.forEach(
                component -> assertThat(shapeOf(schema.path("properties").path(component.getName())))
                        .as(component.getName())
                        .isEqualTo(shapeOf(component.getGenericType())));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void aStatusIsDescribedWithAllItsValues(Class<? extends Enum<?>> type) {
        assertThat(texts(SCHEMAS.path(SCHEMA_NAMES.get(type)).path("enum")))
                .isEqualTo(Stream.of(type.getEnumConstants()).map(Enum::name).collect(toSet()));
    }

    @ParameterizedTest
    @MethodSource("goldenEvents")
    void anEventIsDescribedAsItIsStored(Path golden) throws IOException {
        String name = golden.getFileName().toString().replaceFirst("\\.json$", "");
        JsonNode schema = SCHEMAS.path(golden.getParent().getFileName() + "." + name);
        Set<String> stored = names(new ObjectMapper().readTree(Files.readString(golden)));

        assertThat(names(schema.path("properties"))).isEqualTo(stored);
        assertThat(CONTRACT.at("/components/messages").has(golden.getParent().getFileName() + "." + name))
                .isTrue();
    }

    private static Stream<Class<?>> statuses() {
        return SCHEMA_NAMES.keySet().stream();
    }

    private static Stream<Class<?>> records() {
        Stream<Class<?>> ofMessages = messages().stream()
                .flatMap(type -> Stream.of(type.getDeclaredClasses()))
                .filter(Class::isRecord);
        return Stream.concat(ofMessages, Stream.of(Money.class, Page.class, Refusal.class));
    }

    private static List<Path> goldenEvents() throws IOException {
        try (var files = Files.walk(GOLDEN)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Set<String> addresses() {
        Set<String> addresses = new TreeSet<>();
        for (Class<?> type : messages()) {
            constantsOf(type).forEach(field -> {
                String text = textOf(field);
                if (field.getName().equals("SERVICE")) {
                    addresses.add(FeedMessages.feedAddress(text));
                    addresses.add(FeedMessages.recentAddress(text));
                    addresses.add(FeedMessages.nudgeAddress(text));
                } else {
                    addresses.add(text);
                }
            });
        }
        return addresses;
    }

    /** Every class of this package that is named so, so that a new one is not forgotten. */
    private static List<Class<?>> messages() {
        List<Class<?>> found = new ArrayList<>();
        Path folder = Path.of("target", "classes")
                .resolve(Money.class.getPackageName().replace('.', '/'));
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("Messages.class")) {
                    found.add(Class.forName(Money.class.getPackageName() + '.' + name.replace(".class", "")));
                }
            }
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    private static List<Field> constantsOf(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()) && field.getType() == String.class)
                .toList();
    }

    private static String textOf(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(toSet());
    }

    private static Set<String> texts(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).asText())
                .collect(toSet());
    }

    /** What JSON a component becomes: a reference, or a type with its format, or a list of such. */
    private static String shapeOf(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Map.class
                    ? "object"
                    : "array of " + shapeOf(generic.getActualTypeArguments()[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord() || plain.isEnum()) {
            return "#/components/schemas/" + SCHEMA_NAMES.getOrDefault(plain, plain.getSimpleName());
        }
        if (INTEGERS.contains(plain)) {
            return "integer";
        }
        if (LONGS.contains(plain)) {
            return "integer int64";
        }
        return Map.<Class<?>, String>of(
                        String.class,
                        "string",
                        UUID.class,
                        "string uuid",
                        Instant.class,
                        "string date-time",
                        Boolean.class,
                        "boolean")
                .getOrDefault(plain, plain.getName());
    }

    private static String shapeOf(JsonNode schema) {
        if (schema.has("$ref")) {
            return schema.path("$ref").asText();
        }
        String type = schema.path("type").asText();
        return type.equals("array")
                ? "array of " + shapeOf(schema.path("items"))
                : (type + ' ' + schema.path("format").asText()).strip();
    }
}
