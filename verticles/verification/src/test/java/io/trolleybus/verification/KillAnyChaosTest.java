package io.trolleybus.verification;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node of each kind dies under load. One that is alone is started again after a while, as a supervisor would. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class KillAnyChaosTest {
    private static final Duration AWAY = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(15);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(10);
    private static final Duration NORMAL_WITHIN = Duration.ofSeconds(5);

    /** So late a balancer has noticed: it looks twice a second, with patience for one that does not answer. */
    private static final Duration UNNOTICED = Duration.ofSeconds(3);

    private final ClusterPlatform cluster = ClusterPlatform.fresh("kill-any");

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    void oneOfTheOrderNodesDies() throws InterruptedException {
        oneOfTwoDies("order-2");
    }

    @Test
    void oneOfTheGatewaysDies() throws InterruptedException {
        oneOfTwoDies("gateway-2");
    }

    @Test
    void theOnlyUserNodeDies() throws InterruptedException {
        theOnlyOneDies("user");
    }

    @Test
    void theOnlyInventoryNodeDies() throws InterruptedException {
        theOnlyOneDies("inventory");
    }

    @Test
    void theOnlyPaymentNodeDies() throws InterruptedException {
        theOnlyOneDies("payment");
    }

    private void oneOfTwoDies(String node) throws InterruptedException {
        Optional<URI> own = cluster.gateway(node);
        try (Ordeal ordeal = new Ordeal("kill-any " + node, cluster)) {
            Instant killed = kill(node);
            ordeal.lasts(AWAY);
            Instant end = Instant.now();
            ordeal.lasts(AFTER);
            Samples samples = ordeal.end();
            Findings findings = ordeal.findings();
            findings.within("gone from the discovery", ordeal.watch().goneAfter(killed, end, node, own), GONE_WITHIN);
            findings.within("normal after the kill", samples.normalAfter(killed, ordeal.normal()), NORMAL_WITHIN);
            Map<String, Long> others = samples.failed()
                    .where(sample -> !(Optional.of(sample.gateway()).equals(own)
                            && sample.sentAt().isBefore(killed.plus(UNNOTICED))))
                    .outcomes();
            ordeal.noteErrors("since the kill", samples, killed);
            findings.none("errors but of requests at the dead gateway", others, others.isEmpty());
            findings.judge();
        } finally {
            cluster.run("start", node);
        }
    }

    private void theOnlyOneDies(String service) throws InterruptedException {
        String node = service + "-1";
        try (Ordeal ordeal = new Ordeal("kill-any " + node, cluster)) {
            Instant killed = kill(node);
            ordeal.lasts(AWAY);
            Instant end = Instant.now();
            cluster.run("start", node);
            Instant back = Instant.now();
            ordeal.lasts(AFTER);
            Samples samples = ordeal.end();
            Findings findings = ordeal.findings();
            findings.within(
                    "gone from the discovery",
                    ordeal.watch().goneAfter(killed, end, node, Optional.empty()),
                    GONE_WITHIN);
            findings.note("away", Duration.between(killed, back));
            findings.within("normal after the restart", samples.normalAfter(back, ordeal.normal()), NORMAL_WITHIN);
            Map<String, Long> others = samples.failed()
                    .where(sample -> !(sample.kind().service.equals(service) && sample.isUnavailable()))
                    .outcomes();
            ordeal.noteErrors("since the kill", samples, killed);
            findings.none("errors but 503 of what needs it", others, others.isEmpty());
            findings.judge();
        }
    }

    private Instant kill(String node) {
        var pids = cluster.pids(node);
        Instant killed = Instant.now();
        Signals.kill(pids);
        return killed;
    }
}
