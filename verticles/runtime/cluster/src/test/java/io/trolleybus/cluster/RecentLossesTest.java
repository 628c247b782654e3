package io.trolleybus.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecentLossesTest {
    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 1);
    private final RecentLosses losses = new RecentLosses(nowNs::get);

    @Test
    void aLossCountsForAWhileEvenWhenTheClocksNumbersWrap() {
        losses.add();
        nowNs.addAndGet(RecentLosses.WINDOW.toNanos() / 2);
        losses.add();
        assertThat(losses.count()).isEqualTo(2);

        nowNs.addAndGet(RecentLosses.WINDOW.toNanos() / 2 + 1);
        assertThat(losses.count()).isOne();

        nowNs.addAndGet(RecentLosses.WINDOW.toNanos());
        assertThat(losses.count()).isZero();
    }
}
