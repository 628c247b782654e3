package io.trolleybus.gateway;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each key: so many requests at once, and one more whenever its share of the period has passed. The
 * keys used longest ago are forgotten, which only ever allows more. For one event loop.
 */
final class RateLimit {
    private static final int MAX_KEYS = 10_000;
    private static final long MS_PER_S = 1_000;

    private final InstantSource clock;
    private final int quota;
    private final double perMs;
    private final String policy;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_KEYS;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long filledMs;

        private Bucket(double tokens, long filledMs) {
            this.tokens = tokens;
            this.filledMs = filledMs;
        }
    }

    /** Whether the request may pass, how many more may now, and when there is one more. */
    record Grant(boolean granted, int remaining, long retryAfterSeconds) {
        /** The {@code RateLimit} header. */
        String header() {
            return "\"default\";r=" + remaining + ";t=" + retryAfterSeconds;
        }
    }

    /** @param quota requests in each period, all of which may come at once */
    RateLimit(InstantSource clock, int quota, int periodSeconds) {
        this.clock = clock;
        this.quota = quota;
        this.perMs = (double) quota / (periodSeconds * MS_PER_S);
        this.policy = "\"default\";q=" + quota + ";w=" + periodSeconds;
    }

    /** The {@code RateLimit-Policy} header. */
    String policy() {
        return policy;
    }

    Grant take(String key) {
        long nowMs = clock.millis();
        Bucket bucket = buckets.computeIfAbsent(key, fresh -> new Bucket(quota, nowMs));
        bucket.tokens = Math.min(quota, bucket.tokens + Math.max(0, nowMs - bucket.filledMs) * perMs);
        bucket.filledMs = nowMs;
        boolean granted = bucket.tokens >= 1;
        if (granted) {
            bucket.tokens--;
        }
        double missing = Math.max(0, 1 - bucket.tokens);
        return new Grant(granted, (int) bucket.tokens, Math.max(1, (long) Math.ceil(missing / perMs / MS_PER_S)));
    }
}
