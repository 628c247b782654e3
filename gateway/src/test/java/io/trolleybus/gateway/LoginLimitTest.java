package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.UserMessages.Jwks;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guessing at passwords is slow, and locks nobody out. */
class LoginLimitTest {
    /** Of an account and of an address; one more every second. */
    private static final int LOGINS_A_MINUTE = 60;

    private static final int GUESSES = 150;

    /** A slow machine sends them while more are allowed. */
    private static final int REFUSED_AT_LEAST = 20;

    private TestPlatform platform;

    @BeforeEach
    void start() {
        var limits = new GatewaySettings.Limits(1_000_000, 1, LOGINS_A_MINUTE, List.of("127.0.0.0/8"), 1_000, 1_000);
        platform = TestPlatform.withGateway(new GatewaySettings(TestPlatform.LOOPBACK, limits, 0, List.of(), null));
        var fakes = new Fakes(new Jwks(List.of(TestKey.create("key-1").jwk())));
        platform.serve("user", fakes::user);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void an_account_is_guessed_at_slowly_from_however_many_addresses_and_its_owner_gets_in_again() {
        List<Integer> statuses = IntStream.range(0, GUESSES)
                .map(i -> login("ada@example.org", "wrong", "198.51.100." + i).statusCode())
                .boxed()
                .toList();

        assertThat(statuses).containsOnly(401, 429);
        assertThat(statuses).filteredOn(status -> status == 429).hasSizeGreaterThan(REFUSED_AT_LEAST);
        assertThat(login("bob@example.org", "right", "198.51.100.251").statusCode())
                .as("another account")
                .isEqualTo(200);
        await("the owner's turn")
                .atMost(Duration.ofSeconds(20))
                .until(() -> login("ADA@example.org", "right", "203.0.113.1").statusCode() == 200);
    }

    @Test
    void an_address_guesses_slowly_at_however_many_accounts_and_others_are_not_held_up() {
        Set<Integer> statuses = IntStream.range(0, GUESSES)
                .mapToObj(i -> login("user-" + i + "@example.org", "wrong", "198.51.100.1"))
                .map(HttpResponse::statusCode)
                .collect(Collectors.toSet());

        assertThat(statuses).containsExactlyInAnyOrder(401, 429);
        assertThat(login("user-1@example.org", "right", "203.0.113.1").statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> login(String email, String password, String address) {
        String body = "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}";
        return platform.send(platform.request("/api/v1/auth/login")
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("X-Forwarded-For", address));
    }
}
