package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service of any language is reached through every gateway, by the same checks as ours. */
@OnPlatform
final class OutsideServiceTest {
    private static final String PATH = "/api/ext/" + OutsideService.NAME;
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(10);

    private final Platform platform;
    private final Shop shop;
    private final OutsideService outside;
    private final Customer customer;

    OutsideServiceTest(Platform platform, Shop shop, OutsideService outside) {
        this.platform = platform;
        this.shop = shop;
        assumeFalse(RemotePlatform.isGiven(), "a platform that others started has not been told of it");
        this.outside = outside;
        this.customer = shop.newCustomer();
    }

    /** Gateways look at the discovery once a second. */
    @BeforeEach
    void everyGatewayHasFoundIt() {
        for (Session session : atEachGateway()) {
            await().atMost(FOUND_WITHIN)
                    .untilAsserted(() -> session.get(PATH + "/here").expect(200));
        }
    }

    private List<Session> atEachGateway() {
        return platform.gateways().stream()
                .map((URI gateway) -> customer.session().at(Api.at(gateway)))
                .toList();
    }

    @Test
    void itIsAskedWhatTheClientAskedAndToldWhoAsks() {
        for (Session session : atEachGateway()) {
            Reply reply = session.send(
                    "PUT",
                    PATH + "/files/a%20b?x=1&y=%2F",
                    BodyPublishers.ofString("any text"),
                    "Content-Type",
                    "text/plain",
                    "X-Trolleybus-Roles",
                    "operator",
                    "Cookie",
                    "mine=1");

            JsonNode asked = reply.expect(200).json();
            assertThat(asked.path("method").asText()).isEqualTo("PUT");
            assertThat(asked.path("target").asText()).isEqualTo("/behind/files/a%20b?x=1&y=%2F");
            assertThat(asked.path("body").asText()).isEqualTo("any text");
            assertThat(header(asked, "Content-Type")).isEqualTo("text/plain");
            assertThat(header(asked, "X-Trolleybus-Principal")).isEqualTo("user:" + customer.id());
            assertThat(header(asked, "X-Trolleybus-Roles")).isEqualTo("customer");
            assertThat(header(asked, "X-Trolleybus-Timeout-Ms")).containsOnlyDigits();
            assertThat(header(asked, "X-Request-Id"))
                    .isEqualTo(reply.header("X-Request-Id").orElseThrow());
            assertThat(asked.path("headers").has("authorization")).isFalse();
            assertThat(asked.path("headers").has("cookie")).isFalse();
            assertThat(reply.header("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void whatItAnswersComesBackWhateverItIs() {
        for (Session session : atEachGateway()) {
            session.get(PATH + "/teapot?status=418").expect(418);
            session.get(PATH + "/broken?status=500").expect(500);
        }
    }

    @Test
    void nobodyReachesItWithoutATokenOrByAnotherName() {
        shop.gateway().get(PATH + "/here").expectProblem(401);
        customer.session().get("/api/ext/nobody/here").expectProblem(404);
        customer.session().get(PATH + "/%2e%2e/here").expectProblem(404);
    }

    @Test
    void operatorsSeeItBesideOurs() {
        for (URI gateway : platform.gateways()) {
            assertThat(Operator.login(Api.at(gateway)).instances())
                    .filteredOn(instance -> instance.name().equals("ext/" + OutsideService.NAME))
                    .extracting(Instance::node)
                    .containsExactly(outside.node());
        }
    }

    private static String header(JsonNode asked, String name) {
        return asked.path("headers").path(name.toLowerCase(Locale.ROOT)).path(0).asText();
    }
}
