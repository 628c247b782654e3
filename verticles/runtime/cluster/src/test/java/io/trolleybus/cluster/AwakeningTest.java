package io.trolleybus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AwakeningTest {
    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 1);
    private final Awakening awakening = new Awakening(nowNs::get);

    private void passes(Duration time) {
        nowNs.addAndGet(time.toNanos());
    }

    @Test
    void whoTicksIsThere() {
        for (int second = 0; second < 100; second++) {
            passes(Duration.ofSeconds(1));
            awakening.alive();
            assertThat(awakening.isAway()).isFalse();
        }
    }

    @Test
    void whoStoodStillIsAwayUntilItHasJoinedAgain() {
        passes(Awakening.GIVEN_UP_AFTER.plusMillis(1));
        awakening.alive();
        passes(Duration.ofSeconds(1));
        awakening.alive();
        assertThat(awakening.isAway()).isTrue();

        awakening.joinedAgain();

        assertThat(awakening.isAway()).isFalse();
    }

    @Test
    void whoDoesNotHaveToJoinAgainIsThereAfterAWhile() {
        passes(Duration.ofMinutes(2));
        awakening.alive();
        passes(Awakening.JOINS_WITHIN);
        assertThat(awakening.isAway()).isTrue();

        passes(Duration.ofMillis(1));

        assertThat(awakening.isAway()).isFalse();
    }
}
