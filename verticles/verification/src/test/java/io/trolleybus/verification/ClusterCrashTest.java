package io.trolleybus.verification;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * An acknowledged order survives whichever node ends, at whatever moment; and so does the cluster that others use after
 * it.
 */
@OnPlatform
@Isolated
@org.junit.jupiter.api.Order(1)
final class ClusterCrashTest {

    private final Platform cluster;

    ClusterCrashTest(Platform cluster) {
        this.cluster = cluster;
    }

    @Test
    @Timeout(value = 7, unit = TimeUnit.MINUTES)
    void everyAcknowledgedOrderOutlivesFiveCrashes() {
        Crashes.survivedBy(cluster);
    }
}
