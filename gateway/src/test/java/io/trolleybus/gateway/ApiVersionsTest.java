package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two versions of one resource beside each other, the first of them deprecated. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiVersionsTest {
    private static final String V1 = "/api/v1/products/BELL";
    private static final String V2 = "/api/v2/products/BELL";

    /** Days begin at midnight UTC. */
    private static final Map<String, String> SAID = Map.of(
            "Deprecation",
            "@1793491200",
            "Sunset",
            "Sat, 01 May 2027 00:00:00 GMT",
            "Link",
            "</api/v2/products/BELL>; rel=\"successor-version\"");

    private TestPlatform platform;

    @BeforeAll
    void start() {
        platform = TestPlatform.withGateway(
                ApiVersionsTest::composed, bus -> Map.of("getProductV2", exchange -> product(bus, exchange)));
        Fakes fakes = new Fakes(new Jwks(List.of(TestKey.create("key-1").jwk())));
        platform.serve("user", fakes::user);
        platform.serve("inventory", fakes::inventory);
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    /** What the contract would be with the second version in it. */
    private static Contract composed() throws IOException {
        var yaml = new YAMLMapper();
        JsonNode document = yaml.readTree(Contract.load().yaml().content().getBytes());
        try (InputStream addition = ApiVersionsTest.class.getResourceAsStream("products-v2.yaml")) {
            lay(yaml.readTree(addition), (ObjectNode) document);
        }
        return Contract.of(yaml.writeValueAsBytes(document));
    }

    private static void lay(JsonNode addition, ObjectNode over) {
        addition.fields().forEachRemaining(field -> {
            if (over.get(field.getKey()) instanceof ObjectNode inner) {
                lay(field.getValue(), inner);
            } else {
                over.set(field.getKey(), field.getValue());
            }
        });
    }

    /** The second version asks the same of the same service, and shows it otherwise. */
    private static Future<Answer> product(Bus bus, Exchange exchange) {
        var query = new GetProduct(Parameters.sku(exchange));
        return bus.read(exchange, InventoryMessages.GET_PRODUCT, query, Product.class)
                .map(product -> Answer.json(
                        200,
                        Map.of(
                                "sku", product.sku(),
                                "title", product.name(),
                                "prices",
                                        Map.of(
                                                product.price().currency(),
                                                product.price().amount()))));
    }

    private HttpResponse<String> get(String path) {
        return platform.send(platform.request(path));
    }

    private static Map<String, String> saidBy(HttpResponse<String> answer) {
        return answer.headers().map().entrySet().stream()
                .filter(header -> SAID.keySet().stream().anyMatch(header.getKey()::equalsIgnoreCase))
                .collect(Collectors.toMap(
                        header -> SAID.keySet().stream()
                                .filter(header.getKey()::equalsIgnoreCase)
                                .findFirst()
                                .orElseThrow(),
                        header -> String.join(", ", header.getValue())));
    }

    @Test
    void each_version_answers_in_its_own_shape() {
        assertThat(new JsonObject(get(V1).body()).getJsonObject("price").getMap())
                .containsEntry("amount", 1999)
                .containsEntry("currency", "EUR");
        assertThat(new JsonObject(get(V2).body()))
                .isEqualTo(new JsonObject("{\"sku\":\"BELL\",\"title\":\"Bell\",\"prices\":{\"EUR\":1999}}"));
    }

    @Test
    void the_older_says_since_when_until_when_and_what_comes_after() {
        assertThat(saidBy(get(V1))).isEqualTo(SAID);
        var known = platform.send(platform.request(V1).header("If-None-Match", "\"3.98\""));
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(saidBy(known)).isEqualTo(SAID);
    }

    @Test
    void so_do_its_errors() {
        var missing = get("/api/v1/products/NONE");
        var impossible = get("/api/v1/products/no%20sku");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(saidBy(missing))
                .containsEntry("Deprecation", "@1793491200")
                .containsEntry("Link", "</api/v2/products/NONE>; rel=\"successor-version\"");
        assertThat(impossible.statusCode()).isEqualTo(404);
        assertThat(saidBy(impossible)).containsEntry("Link", "</api/v2/products/no%20sku>; rel=\"successor-version\"");
    }

    @Test
    void the_newer_and_all_others_say_nothing_of_it() {
        assertThat(saidBy(get(V2))).isEmpty();
        assertThat(saidBy(get("/api/v2/products/NONE"))).isEmpty();
        assertThat(saidBy(get("/api/v1/products?limit=1"))).isEmpty();
    }

    @Test
    void a_path_cannot_end_the_link_before_its_end() {
        String answer =
                platform.raw("GET /api/v1/products/A>;x=\" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");

        assertThat(answer.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith("link:")))
                .allSatisfy(line ->
                        assertThat(line).matches("(?i)link: </api/v2/products/[^<>\"]*>; rel=\"successor-version\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deprecated: true | is deprecated without x-deprecated-at",
                "deprecated: true, x-deprecated-at: soon | has a x-deprecated-at that is no date such as 2026-11-01",
                "deprecated: true, x-deprecated-at: 2026-11-01, x-sunset: 2026-10-31 | has its x-sunset before x-deprecated-at",
                "x-sunset: 2026-10-31 | has x-sunset and is not deprecated",
                "deprecated: false, x-deprecated-at: 2026-11-01 | has x-deprecated-at and is not deprecated",
                "x-successor: /api/v2/things | has x-successor and is not deprecated",
                "deprecated: true, x-deprecated-at: 2026-11-01, x-successor: /api/v2/things | has the successor /api/v2/things, which is not in it",
                "deprecated: true, x-deprecated-at: 2026-11-01, x-successor: '/api/v2/{kind}' | has a x-successor with more placeholders than its own path"
            })
    void what_makes_no_sense_is_named_with_its_operation(String members, String complaint) {
        assertThatThrownBy(() -> Contract.of(thing(members).getBytes()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the contract's getThing " + complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deprecated: false",
                "deprecated: true, x-deprecated-at: 2026-11-01",
                "deprecated: true, x-deprecated-at: 2026-11-01, x-sunset: 2026-11-01, x-successor: '/api/v1/things/{id}'"
            })
    void what_makes_sense_is_taken(String members) throws IOException {
        assertThat(Contract.of(thing(members).getBytes()).operations()).hasSize(1);
    }

    @Test
    void a_gateway_whose_contract_makes_no_sense_does_not_start() {
        var gateway = new GatewayVerticle(
                platform.node(),
                TestPlatform.SETTINGS,
                Patience.DEFAULT,
                () -> Contract.of(thing("deprecated: true").getBytes()),
                bus -> Map.of());

        assertThat(TestPlatform.failureOf(platform.node().vertx().deployVerticle(gateway)))
                .hasMessageContaining("getThing");
    }

    private static Buffer thing(String members) {
        return Buffer.buffer(
                "paths: {'/api/v1/things/{id}': {get: {operationId: getThing, security: [], " + members + "}}}");
    }
}
