package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private long nowMs = 1_000_000;

    @Test
    void a_key_may_use_its_quota_at_once_and_then_waits_for_its_share() {
        var limit = new RateLimit(() -> Instant.ofEpochMilli(nowMs), 60, 60);

        assertThat(IntStream.range(0, 60).allMatch(i -> limit.take("a").granted()))
                .isTrue();
        var refused = limit.take("a");
        assertThat(refused.granted()).isFalse();
        assertThat(refused.remaining()).isZero();
        assertThat(refused.retryAfterSeconds()).isEqualTo(1);

        nowMs += 1_000;
        assertThat(limit.take("a").granted()).isTrue();
        assertThat(limit.take("a").granted()).isFalse();
    }

    @Test
    void one_key_does_not_use_anothers_quota() {
        var limit = new RateLimit(() -> Instant.ofEpochMilli(nowMs), 1, 1);

        assertThat(limit.take("a").granted()).isTrue();
        assertThat(limit.take("a").granted()).isFalse();
        assertThat(limit.take("b").granted()).isTrue();
    }

    @Test
    void a_clock_that_goes_back_takes_nothing_away() {
        var limit = new RateLimit(() -> Instant.ofEpochMilli(nowMs), 2, 1);

        assertThat(limit.take("a").granted()).isTrue();
        nowMs -= 10_000;
        assertThat(limit.take("a").granted()).isTrue();
    }
}
