package io.trolleybus.gateway;

import io.trolleybus.gateway.Quota.Bucket;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;

/** Counts the requests to this gateway alone. Keys used longest ago are forgotten, which only ever allows more. */
final class LocalRateLimit implements RateLimit {
    private final InstantSource clock;
    private final Quota quota;
    private final Map<String, Bucket> buckets = new Remembered<>();

    LocalRateLimit(InstantSource clock, Quota quota) {
        this.clock = clock;
        this.quota = quota;
    }

    @Override
    public Quota quota() {
        return quota;
    }

    @Override
    public Future<Grant> take(String key) {
        return Future.succeededFuture(takeNow(key));
    }

    Grant takeNow(String key) {
        long nowMs = clock.millis();
        Bucket kept = buckets.get(key);
        Bucket bucket = kept == null ? quota.full(nowMs) : quota.refilled(kept, nowMs);
        boolean granted = bucket.whole() >= 1;
        Bucket left = granted ? bucket.plus(-1) : bucket;
        buckets.put(key, left);
        return quota.grant(granted, left.whole(), quota.waitMs(left));
    }
}
