package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node stops in the middle of what it does and goes on long after the others have given it up. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(400)
final class FreezeChaosTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration AFTER = Duration.ofSeconds(30);
    private static final Duration NORMAL_WITHIN = Duration.ofSeconds(15);

    /** It may find that it cannot go on, and end for its supervisor. */
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);

    private static final Duration UNNOTICED = Duration.ofSeconds(4);

    private final ClusterPlatform cluster = ClusterPlatform.fresh("freeze");

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    void oneOfTheOrderNodesFreezes() throws InterruptedException {
        freezes("order-2", LONG, true);
    }

    @Test
    void oneOfTheGatewaysFreezes() throws InterruptedException {
        freezes("gateway-2", LONG, true);
    }

    @Test
    void theOnlyInventoryNodeFreezes() throws InterruptedException {
        freezes("inventory-1", SHORT, false);
    }

    private void freezes(String node, Duration time, boolean hasOther) throws InterruptedException {
        Optional<URI> own = cluster.gateway(node);
        List<String> nodes = cluster.nodes();
        List<Long> pids = cluster.pids(node);
        try (Ordeal ordeal = new Ordeal("freeze " + node, cluster)) {
            Instant frozen = Instant.now();
            Signals.freeze(pids);
            ordeal.lasts(time);
            Instant woken = Instant.now();
            Signals.wake(pids);
            boolean ended = startAgainIfItEnds(node, pids.get(0));
            Instant settled = ended ? Instant.now() : woken;
            ordeal.lasts(AFTER);
            Samples samples = ordeal.end();
            Findings findings = ordeal.findings();
            DiscoveryWatch watch = ordeal.watch();
            findings.within("gone from the discovery", watch.goneAfter(frozen, woken, node, own), NORMAL_WITHIN);
            if (hasOther) {
                findings.within(
                        "normal after the freezing", samples.normalAfter(frozen, ordeal.normal()), NORMAL_WITHIN);
            }
            findings.note("the woken node", ended ? "ended and was started again" : "went on");
            findings.within(
                    "normal after the waking",
                    samples.normalAfter(woken, ordeal.normal()),
                    NORMAL_WITHIN.plus(Duration.between(woken, settled)));
            findings.within("all known again", watch.completeAfter(settled, cluster.gateways(), nodes), NORMAL_WITHIN);
            Set<String> lost = new TreeSet<>();
            watch.within(woken, Instant.now(), own).forEach(look -> nodes.stream()
                    .filter(other -> !other.equals(node) && !look.nodes().contains(other))
                    .forEach(lost::add));
            findings.none("others that lost their record", lost, lost.isEmpty());
            Map<String, Long> others = samples.failed()
                    .where(sample -> hasOther
                            ? !(Optional.of(sample.gateway()).equals(own)
                                    && sample.sentAt().isBefore(frozen.plus(UNNOTICED)))
                            : !(node.startsWith(sample.kind().service) && sample.isUnavailable()))
                    .outcomes();
            ordeal.noteErrors("since the freezing", samples, frozen);
            findings.note("frozen for", Duration.between(frozen, woken));
            findings.none("unexpected errors", others, others.isEmpty());
            findings.judge();
        } finally {
            long last = cluster.pids(node).get(0);
            if (isAlive(last)) {
                Signals.wake(List.of(last));
            } else {
                cluster.run("start", node);
            }
        }
    }

    /** @return whether it did */
    private boolean startAgainIfItEnds(String node, long pid) {
        Instant until = Instant.now().plus(ENDS_WITHIN);
        await().atMost(ENDS_WITHIN.multipliedBy(2))
                .until(() -> !isAlive(pid) || Instant.now().isAfter(until));
        if (isAlive(pid)) {
            return false;
        }
        cluster.run("start", node);
        return true;
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }
}
