package io.trolleybus.verification;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The bus between some nodes is cut for a while; all of them reach PostgreSQL and their clients throughout. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(400)
final class PartitionChaosTest {
    private static final Duration CUT = Duration.ofSeconds(60);
    private static final Duration AFTER = Duration.ofSeconds(35);
    private static final Duration NORMAL_WITHIN = Duration.ofSeconds(15);

    private @Nullable NetworkedCluster cluster;

    @BeforeAll
    void begin() {
        boolean toBeHad = NodeNetwork.isToBeHad();
        if (!toBeHad) {
            new Findings("partition").note("skipped", "this machine gives no network namespaces");
        }
        assumeTrue(toBeHad, "network namespaces are needed");
        cluster = NetworkedCluster.fresh("partition");
    }

    @AfterAll
    void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aGatewayAndAnOrderNodeAreCutOffTogether() throws InterruptedException {
        splits("gateway-1, order-1 | others", CUT, List.of("gateway-1", "order-1"));
    }

    @Test
    void anOrderNodeIsCutOffAlone() throws InterruptedException {
        splits("order-2 | others", CUT, List.of("order-2"));
    }

    /** Whoever follows it has to be joined by all others. */
    @Test
    void theOldestNodeIsCutOffAlone() throws InterruptedException {
        splits("user-1 | others", CUT, List.of("user-1"));
    }

    @Test
    void allAreCutOffFromEachOther() throws InterruptedException {
        isCut(
                "each alone",
                CUT,
                network -> network.split(
                        NetworkedCluster.NODES.stream().map(List::of).toList()),
                List.of());
    }

    @Test
    void anOrderNodeHearsTheOthersButIsNotHeard() throws InterruptedException {
        isCut(
                "order-2 is not heard",
                CUT,
                network -> others(List.of("order-2")).forEach(other -> network.cutOneWay("order-2", other)),
                others(List.of("order-2")));
    }

    private interface Fault {
        void on(NodeNetwork network);
    }

    private static List<String> others(List<String> nodes) {
        List<String> others = new ArrayList<>(NetworkedCluster.NODES);
        others.removeAll(nodes);
        return others;
    }

    private void splits(String name, Duration time, List<String> side) throws InterruptedException {
        isCut(name, time, network -> network.split(List.of(side, others(side))), others(side));
    }

    /** @param larger the nodes that still see more than half of all */
    private void isCut(String name, Duration time, Fault fault, List<String> larger) throws InterruptedException {
        NetworkedCluster platform = Optional.ofNullable(cluster).orElseThrow();
        NodeNetwork network = platform.network();
        try (Ordeal ordeal = new Ordeal("partition " + name, platform)) {
            Instant cut = Instant.now();
            fault.on(network);
            ordeal.lasts(time);
            List<String> ready =
                    NetworkedCluster.NODES.stream().filter(platform::isReady).toList();
            network.heal();
            Instant healed = Instant.now();
            ordeal.lasts(AFTER);
            List<String> ended = platform.startEnded();
            Samples samples = ordeal.end();
            Findings findings = ordeal.findings();
            List<String> wrong = NetworkedCluster.NODES.stream()
                    .filter(node -> ready.contains(node) != larger.contains(node))
                    .toList();
            findings.none("nodes ready or unready on the wrong side", wrong, wrong.isEmpty());
            ordeal.noteErrors("while cut", samples.sentWithin(cut, healed), cut);
            ordeal.noteErrors("after the healing", samples.sentWithin(healed, Instant.now()), healed);
            for (String node : List.of("gateway-1", "gateway-2")) {
                URI gateway = platform.gateway(node);
                findings.within(
                        "normal at " + node + " after the healing",
                        samples.where(sample -> sample.gateway().equals(gateway))
                                .normalAfter(healed, ordeal.normal()),
                        NORMAL_WITHIN);
            }
            findings.within(
                    "all known to all after the healing",
                    ordeal.watch().completeAfter(healed, platform.gateways(), NetworkedCluster.NODES),
                    NORMAL_WITHIN);
            findings.none("processes that ended", ended, ended.isEmpty());
            Map<String, Long> others =
                    samples.failed().where(sample -> !sample.isUnavailable()).outcomes();
            findings.none("errors but 503", others, others.isEmpty());
            findings.judge();
        } finally {
            network.heal();
            platform.startEnded();
        }
    }
}
