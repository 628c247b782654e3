package io.trolleybus.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Every node that has another beside it is stopped and started in turn, and no client notices. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
final class RollingRestartChaosTest {
    private static final List<String> NODES = List.of("order-1", "order-2", "gateway-1", "gateway-2");
    private static final Duration AFTER = Duration.ofSeconds(10);

    private final ClusterPlatform cluster = ClusterPlatform.fresh("rolling-restart");

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    void noRequestFails() throws InterruptedException {
        try (Ordeal ordeal = new Ordeal("rolling-restart", cluster)) {
            Instant begun = Instant.now();
            for (String node : NODES) {
                cluster.run("stop", node);
                cluster.run("start", node);
            }
            ordeal.findings().note("time to restart four nodes", Duration.between(begun, Instant.now()));
            ordeal.lasts(AFTER);
            Samples samples = ordeal.end();
            Samples failed = samples.failed();
            ordeal.findings()
                    .note(
                            "p99 since the first stop",
                            samples.sentWithin(begun, Instant.now()).p99());
            ordeal.noteErrors("since the first stop", samples, begun);
            ordeal.findings().none("errors", failed.outcomes(), failed.all().isEmpty());
            ordeal.findings().judge();
        }
    }
}
