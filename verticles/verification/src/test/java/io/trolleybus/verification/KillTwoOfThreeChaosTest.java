package io.trolleybus.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes of three die at the same moment, so that some of what Hazelcast keeps twice is lost. */
@Tag("chaos")
final class KillTwoOfThreeChaosTest {
    private static final Duration AWAY = Duration.ofSeconds(20);
    private static final Duration AFTER = Duration.ofSeconds(15);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);
    private static final Duration NORMAL_WITHIN = Duration.ofSeconds(5);

    @Test
    @Timeout(300)
    void twoOfThreeOrderNodesDieAtOnce() throws InterruptedException {
        try (ClusterPlatform cluster = ClusterPlatform.fresh("kill-two", "--order=3");
                Ordeal ordeal = new Ordeal("kill-two-of-three", cluster)) {
            var pids = cluster.pids("order-1", "order-3");
            Instant killed = Instant.now();
            Signals.kill(pids);
            ordeal.lasts(AWAY);
            Instant end = Instant.now();
            cluster.run("start", "order-1");
            cluster.run("start", "order-3");
            Instant back = Instant.now();
            ordeal.lasts(AFTER);
            Samples samples = ordeal.end();
            Findings findings = ordeal.findings();
            for (String node : List.of("order-1", "order-3")) {
                findings.within(
                        node + " gone from the discovery",
                        ordeal.watch().goneAfter(killed, end, node, Optional.empty()),
                        GONE_WITHIN);
            }
            findings.within("normal after the kill", samples.normalAfter(killed, ordeal.normal()), NORMAL_WITHIN);
            findings.within("normal after the restart", samples.normalAfter(back, ordeal.normal()), NORMAL_WITHIN);
            findings.within(
                    "all known again",
                    ordeal.watch().completeAfter(back, cluster.gateways(), cluster.nodes()),
                    GONE_WITHIN);
            Map<String, Long> errors = samples.failed().outcomes();
            findings.none("errors", errors, errors.isEmpty());
            findings.judge();
        }
    }
}
