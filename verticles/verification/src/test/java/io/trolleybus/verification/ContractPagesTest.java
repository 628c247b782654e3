package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the platform says of itself: its contract, its keys, its health. */
@OnPlatform
final class ContractPagesTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)\\s*=\\s*[\"']([^\"'#]+)[\"']");

    @Test
    void theContractIsServedAsYaml(Shop shop) {
        assertThat(shop.gateway().get("/openapi.yaml").expect(200).body()).contains("openapi: 3.1");
    }

    @Test
    void theContractIsServedAsJsonAndKnowsTheRoutes(Shop shop) {
        JsonNode contract = shop.gateway().get("/openapi.json").expect(200).json();

        assertThat(contract.path("openapi").asText()).startsWith("3.1");
        assertThat(contract.path("paths").fieldNames()).toIterable().anySatisfy(path -> assertThat(path)
                .endsWith("/orders/{id}/events"));
    }

    @Test
    void theApiPageComesWholeFromThePlatformItself(Shop shop) {
        String path = "/docs";
        Reply page = shop.gateway().get(path);
        if (page.status() / 100 == 3) {
            path = URI.create(page.header("Location").orElseThrow()).getPath();
            page = shop.gateway().get(path);
        }
        URI base = URI.create("http://platform" + path);

        List<URI> references = REFERENCE
                .matcher(page.expect(200).body())
                .results()
                .map(reference -> base.resolve(reference.group(1)))
                // What the page carries in itself is fetched from nobody.
                .filter(reference -> !"data".equals(reference.getScheme()))
                .toList();

        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference.getHost()).as("host of %s", reference).isEqualTo("platform");
            shop.gateway().get(reference.getPath()).expect(200);
        });
    }

    @Test
    void theSigningKeysArePublicAndOnlyTheirPublicHalf(Shop shop) {
        JsonNode keys =
                shop.gateway().get("/.well-known/jwks.json").expect(200).json().path("keys");

        assertThat(keys).isNotEmpty().allSatisfy(key -> {
            assertThat(key.path("kty").asText()).isEqualTo("EC");
            assertThat(key.path("crv").asText()).isEqualTo("P-256");
            assertThat(key.path("kid").asText()).isNotBlank();
            assertThat(key.has("d")).as("has the private half").isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready"})
    void healthIsAnsweredOnBothPortsWithItsDetailsOnTheManagementPort(String path, Shop shop) {
        JsonNode open = shop.gateway().get(path).expect(200).json();
        JsonNode inner = shop.management().get(path).expect(200).json();

        assertThat(open.path("status").asText()).isEqualTo("UP");
        assertThat(open.path("checks")).as("details for strangers").isEmpty();
        assertThat(inner.path("status").asText()).isEqualTo("UP");
    }

    @Test
    void readinessNamesItsChecksOnTheManagementPort(Shop shop) {
        JsonNode checks =
                shop.management().get("/health/ready").expect(200).json().path("checks");

        assertThat(checks.fieldNames()).toIterable().isNotEmpty();
        assertThat(checks.toString()).contains("database");
    }

    @Test
    void metricsAreServedOnTheManagementPortOnly(Shop shop) {
        assertThat(shop.management().get("/metrics").expect(200).body())
                .contains("# TYPE ")
                .containsPattern("(?m)^trolleybus_")
                .containsPattern("(?m)^vertx_");
        shop.gateway().get("/metrics").expectProblem(404);
    }

    @Test
    void theManagementPortServesNoBusiness(Shop shop) {
        shop.management().get("/api/v1/products").expect(404);
    }

    @Test
    void breakersOfServicesAndOfTheProviderAreMeasuredUnderOneName(Shop shop) {
        String sku = shop.operator().addProduct(Money.eur(500), 1);
        assertThat(shop.newCustomer().buyToTheEnd(Purchase.of(sku, 1)).isConfirmed())
                .isTrue();

        String metrics = shop.management().get("/metrics").expect(200).body();

        assertThat(metrics)
                .containsPattern("trolleybus_breaker_state\\{callee=\"provider\",caller=\"payment\"[^}]*} [0-9]")
                .containsPattern(
                        "trolleybus_breaker_state\\{callee=\"inventory\",caller=\"order\",node=\"[^\"]+\"} [0-9]");
    }
}
