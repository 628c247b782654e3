package io.trolleybus.verification;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An acknowledged order survives whatever ends the process, at whatever moment. */
@Tag("platform")
@org.junit.jupiter.api.Order(1)
final class CrashTest {

    @Test
    @Timeout(value = 7, unit = TimeUnit.MINUTES)
    void everyAcknowledgedOrderOutlivesFiveCrashes() {
        try (Platform platform = Platform.ready("crash")) {
            Crashes.survivedBy(platform);
        }
    }
}
