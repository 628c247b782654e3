package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.gateway.TestIssuer.IssuerKey;
import io.trolleybus.model.UserMessages.Jwks;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway that takes the tokens of another issuer beside our own. */
class OidcGatewayTest {
    private static final UUID ADA = UUID.fromString("01930000-0000-7000-8000-00000000ada0");
    private static final IssuerKey KEY = IssuerKey.create("theirs", "RS256");

    private final TestKey own = TestKey.create("ours");
    private final Fakes fakes = new Fakes(new Jwks(List.of(own.jwk())));
    private final TestIssuer provider = TestIssuer.create().publish(KEY);
    private final TestPlatform platform = TestPlatform.withGateway(new GatewaySettings(
            TestPlatform.LOOPBACK, TestPlatform.SETTINGS.limits(), 0, List.of(), provider.settings()));

    @AfterEach
    void close() {
        platform.close();
        provider.close();
    }

    @Test
    void an_issuer_that_is_down_at_the_start_keeps_out_nobody_elses_users() {
        platform.serve("user", fakes::user);
        String theirs = KEY.sign(provider.claims("ada"));

        assertThat(statusOfMe(theirs)).isEqualTo(503);
        assertThat(statusOfMe(own.token(ADA, "customer"))).isEqualTo(200);

        provider.up();
        await().atMost(Duration.ofSeconds(20)).until(() -> statusOfMe(theirs) == 200);
        assertThat(fakes.admitted).hasSize(1);

        fakes.admitting = false;
        assertThat(statusOfMe(theirs)).as("remembered").isEqualTo(200);
        assertThat(statusOfMe(KEY.sign(provider.claims("bob")))).isEqualTo(401);
    }

    private int statusOfMe(String token) {
        return platform.send(platform.request("/api/v1/users/me").header("Authorization", "Bearer " + token))
                .statusCode();
    }
}
