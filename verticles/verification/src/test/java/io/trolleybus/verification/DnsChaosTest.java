package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes that know no address of another find each other by one name, such as that of a headless Kubernetes service;
 * also one that comes back.
 */
@Tag("chaos")
final class DnsChaosTest {
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(15);
    private static final Duration FORGOTTEN_WITHIN = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String KILLED = "order-2";

    @Test
    @Timeout(300)
    void nodesThatKnowOneNameAreOneCluster() {
        assumeTrue(NodeNetwork.isToBeHad(), "network namespaces are needed");
        Findings findings = new Findings("dns");
        try (NetworkedCluster cluster = NetworkedCluster.freshByName("dns")) {
            Session operator = Shop.at(cluster).operator().session();
            assertThat(Bought.at(cluster).order().isConfirmed()).isTrue();
            Set<String> all = new TreeSet<>(NetworkedCluster.NODES);
            findings.within("all known to all", untilKnown(cluster, operator, all), KNOWN_WITHIN);

            cluster.kill(KILLED);
            Set<String> others = new TreeSet<>(all);
            others.remove(KILLED);
            findings.within(KILLED + " forgotten", untilKnown(cluster, operator, others), FORGOTTEN_WITHIN);
            cluster.startEnded();
            findings.within(KILLED + " known again when it is ready", untilKnown(cluster, operator, all), KNOWN_WITHIN);
            assertThat(Bought.at(cluster).order().isConfirmed()).isTrue();
        }
        findings.judge();
    }

    private static Optional<Duration> untilKnown(NetworkedCluster cluster, Session operator, Set<String> nodes) {
        Instant begun = Instant.now();
        for (URI gateway : cluster.gateways()) {
            Session session = operator.at(Api.at(gateway));
            await("nodes known at " + gateway).atMost(LIMIT).until(() -> known(session)
                    .equals(nodes));
        }
        return Optional.of(Duration.between(begun, Instant.now()));
    }

    private static Set<String> known(Session operator) {
        Set<String> nodes = new TreeSet<>();
        for (JsonNode item :
                operator.get("/api/v1/system/services").expect(200).json().path("items")) {
            nodes.add(item.path("node").asText());
        }
        return nodes;
    }
}
