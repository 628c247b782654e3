package io.trolleybus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final Quota HUNDRED_A_MINUTE = new Quota(100, 60);

    private final Vertx vertx = Vertx.vertx();
    private long nowMs = 1_000_000;

    @AfterEach
    void close() {
        TestPlatform.await(vertx.close());
    }

    private LocalRateLimit local(int requests, int windowSeconds) {
        return new LocalRateLimit(() -> Instant.ofEpochMilli(nowMs), new Quota(requests, windowSeconds));
    }

    private SharedRateLimit shared(AsyncMap<String, String> buckets) {
        return new SharedRateLimit(
                vertx, () -> Instant.ofEpochMilli(nowMs), HUNDRED_A_MINUTE, buckets, new Pseudonyms("a secret")::of);
    }

    private AsyncMap<String, String> map() {
        return TestPlatform.await(vertx.sharedData().getLocalAsyncMap("buckets"));
    }

    private static boolean passes(RateLimit limit) {
        return TestPlatform.await(limit.take("a")).granted();
    }

    private static long passing(RateLimit limit, int requests) {
        return IntStream.range(0, requests).filter(i -> passes(limit)).count();
    }

    @Test
    void a_key_may_use_its_quota_at_once_and_then_waits_for_its_share() {
        var limit = local(60, 60);

        assertThat(IntStream.range(0, 60).allMatch(i -> limit.takeNow("a").granted()))
                .isTrue();
        var refused = limit.takeNow("a");
        assertThat(refused.granted()).isFalse();
        assertThat(refused.remaining()).isZero();
        assertThat(refused.retryAfterSeconds()).isEqualTo(1);

        nowMs += 1_000;
        assertThat(limit.takeNow("a").granted()).isTrue();
        assertThat(limit.takeNow("a").granted()).isFalse();
    }

    @Test
    void one_key_does_not_use_anothers_quota() {
        var limit = local(1, 1);

        assertThat(limit.takeNow("a").granted()).isTrue();
        assertThat(limit.takeNow("a").granted()).isFalse();
        assertThat(limit.takeNow("b").granted()).isTrue();
    }

    @Test
    void a_clock_that_goes_back_takes_nothing_away() {
        var limit = local(2, 1);

        assertThat(limit.takeNow("a").granted()).isTrue();
        nowMs -= 10_000;
        assertThat(limit.takeNow("a").granted()).isTrue();
    }

    @Test
    void the_largest_quota_over_the_longest_window_is_counted_right() {
        var limit = local(1_000_000, 3_600);
        IntStream.range(0, 1_000_000).forEach(i -> limit.takeNow("a"));
        assertThat(limit.takeNow("a").granted()).isFalse();

        nowMs += 3_600_000;
        assertThat(limit.takeNow("a").remaining()).isBetween(999_900, 999_999);
    }

    @Test
    void gateways_that_share_a_map_give_the_quota_once() {
        SharedRateLimit one = shared(map());
        SharedRateLimit other = shared(map());

        long passed = 0;
        for (int i = 0; i < 40; i++) {
            passed += passing(one, 9) + passing(other, 1);
        }

        assertThat(passed).isEqualTo(100);
        nowMs += 6_100;
        assertThat(passing(one, 20) + passing(other, 20)).isEqualTo(10);
    }

    @Test
    void what_a_gateway_took_and_does_not_use_it_brings_back() {
        SharedRateLimit one = shared(map());
        SharedRateLimit other = shared(map());

        assertThat(passes(one)).isTrue();
        assertThat(passing(other, 100)).isLessThan(99);
        TestPlatform.await(one.bringBackAll());

        nowMs += 700;
        assertThat(passing(other, 100)).isEqualTo(12);
    }

    @Test
    void nobody_sees_in_the_map_who_is_counted() {
        assertThat(passes(shared(map()))).isTrue();

        assertThat(TestPlatform.await(map().keys()))
                .singleElement()
                .satisfies(key -> assertThat(key).isNotEqualTo("a").hasSize(43));
    }

    @Test
    void a_clock_that_was_set_back_gives_tokens_again() {
        var limit = local(1, 1);
        assertThat(limit.takeNow("a").granted()).isTrue();
        nowMs -= 3_600_000;
        assertThat(limit.takeNow("a").granted()).isFalse();

        nowMs += 1_100;
        assertThat(limit.takeNow("a").granted()).isTrue();
    }

    @Test
    void a_gateway_that_cannot_reach_the_others_counts_for_itself() {
        SharedRateLimit limit = shared(outOfReach());

        assertThat(passing(limit, 150)).isEqualTo(100);
    }

    @SuppressWarnings("unchecked")
    private static AsyncMap<String, String> outOfReach() {
        return (AsyncMap<String, String>) Proxy.newProxyInstance(
                RateLimitTest.class.getClassLoader(),
                new Class<?>[] {AsyncMap.class},
                (map, method, arguments) -> Future.failedFuture("nobody is there"));
    }
}
