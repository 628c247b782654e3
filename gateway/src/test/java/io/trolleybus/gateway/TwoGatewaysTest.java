package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.cluster.Cluster;
import io.trolleybus.cluster.ClusterSettings;
import io.trolleybus.cluster.MemberDiscovery;
import io.trolleybus.model.UserMessages.Jwks;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two gateways of one cluster let in together. */
class TwoGatewaysTest {
    private static final int QUOTA = 100;
    private static final int REQUESTS = 400;
    private static final GatewaySettings SETTINGS = new GatewaySettings(
            TestPlatform.LOOPBACK,
            new GatewaySettings.Limits(QUOTA, 60, 1_000, List.of("127.0.0.0/8"), 1_000, 1_000),
            0,
            List.of(),
            null);

    private static int first;
    private static TestPlatform one;
    private static TestPlatform other;

    @BeforeAll
    static void start() {
        first = freePort();
        one = TestPlatform.inCluster(member(first, first), SETTINGS);
        other = TestPlatform.inCluster(member(freePort(), first), SETTINGS);
        // A JVM that is cold takes longer than the second that this is about.
        IntStream.range(0, 5).forEach(i -> passing(50, "192.0.2." + i));
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    private static ClusterSettings member(int port, int first) {
        var members = new MemberDiscovery.Addresses(List.of("127.0.0.1:" + first));
        return new ClusterSettings("two-gateways", "127.0.0.1", port, freePort(), members, 1, null);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many of the requests from one address pass, if so many of a hundred are sent to the one gateway. */
    private static long passing(int percent, String address) {
        List<CompletableFuture<Integer>> sent = IntStream.range(0, REQUESTS)
                .mapToObj(i -> {
                    TestPlatform gateway = i % 100 < percent ? one : other;
                    return gateway.statusOf(gateway.request("/asyncapi.yaml").header("X-Forwarded-For", address));
                })
                .toList();
        List<Integer> statuses = sent.stream().map(CompletableFuture::join).toList();
        assertThat(statuses).isSubsetOf(200, 429);
        return statuses.stream().filter(status -> status == 200).count();
    }

    /** On a machine that is slow some more are refilled until the last of them has come. */
    private static void assertQuotaPasses(int percent, String address) {
        long begunMs = System.currentTimeMillis();
        long passed = passing(percent, address);
        long refilled = (System.currentTimeMillis() - begunMs) * QUOTA / 60_000;
        assertThat(passed).isBetween(QUOTA - 2L, QUOTA + 2L + refilled);
    }

    @Test
    void a_service_that_joined_the_cluster_and_registered_itself_is_reached_through_either() {
        TestKey key = TestKey.create("key-1");
        one.serve("user", new Fakes(new Jwks(List.of(key.jwk())))::user);
        String token = "Bearer " + key.token(UUID.randomUUID(), "customer");
        Vertx stranger = TestPlatform.await(
                        Cluster.join(member(freePort(), first), Vertx.builder(), new VertxOptions()))
                .vertx();
        try (var service = new TestMember()) {
            service.register(stranger, "reports", "/");
            for (TestPlatform gateway : List.of(one, other)) {
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> gateway.send(gateway.request("/api/ext/reports/x")
                                                .header("Authorization", token))
                                        .statusCode()
                                == 200);
            }
        } finally {
            TestPlatform.await(stranger.close());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 90})
    void of_many_requests_at_once_the_quota_passes_however_they_are_spread(int percent) {
        assertQuotaPasses(percent, "198.51.100." + percent);
    }

    @Test
    void who_has_used_up_the_quota_at_one_gateway_has_none_at_the_other() {
        assertQuotaPasses(100, "203.0.113.1");

        // What is refilled meanwhile is one or two; a quota of its own would let a hundred pass.
        assertThat(passing(0, "203.0.113.1")).isLessThan(5);
        assertThat(other.statusOf(other.request("/asyncapi.yaml").header("X-Forwarded-For", "203.0.113.2"))
                        .join())
                .isEqualTo(200);
    }
}
