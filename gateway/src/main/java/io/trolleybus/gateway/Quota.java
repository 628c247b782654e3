package io.trolleybus.gateway;

import java.util.concurrent.TimeUnit;

/**
 * How often a caller may come: so many times at once, and once more whenever its share of the window has passed.
 *
 * @param requests in each window, all of which may come at once
 */
record Quota(int requests, int windowSeconds) {
    private static final long NANOS = 1_000_000_000;
    /** By more than this the clocks of two gateways do not differ. */
    private static final long MAX_AHEAD_MS = 2_000;

    /**
     * What is left of a quota, as it is kept between requests: a token bucket.
     *
     * @param nanoTokens a billion for each request that may pass
     * @param filledMs up to when its refilling has been counted
     */
    record Bucket(long nanoTokens, long filledMs) {
        int whole() {
            return (int) (nanoTokens / NANOS);
        }

        Bucket plus(int requests) {
            return new Bucket(nanoTokens + requests * NANOS, filledMs);
        }

        /** The bucket that {@link #toString} wrote. */
        static Bucket parse(String text) {
            int at = text.indexOf('@');
            return new Bucket(Long.parseLong(text, 0, at, 10), Long.parseLong(text, at + 1, text.length(), 10));
        }

        @Override
        public String toString() {
            return nanoTokens + "@" + filledMs;
        }
    }

    /** The {@code RateLimit-Policy} header. */
    String policy() {
        return "\"default\";q=" + requests + ";w=" + windowSeconds;
    }

    Bucket full(long nowMs) {
        return new Bucket(requests * NANOS, nowMs);
    }

    /**
     * A clock that is a little behind another's takes nothing away, and gives nothing twice. One that was set back
     * counts from where it is now.
     */
    Bucket refilled(Bucket bucket, long nowMs) {
        if (bucket.filledMs - nowMs > MAX_AHEAD_MS) {
            return new Bucket(bucket.nanoTokens, nowMs);
        }
        long windowMs = TimeUnit.SECONDS.toMillis(windowSeconds);
        long ms = Math.min(windowMs, Math.max(0, nowMs - bucket.filledMs));
        long full = requests * NANOS;
        long tokens = Math.min(full, bucket.nanoTokens + ms * (full / windowMs));
        return new Bucket(tokens, Math.max(bucket.filledMs, nowMs));
    }

    /** In how many milliseconds a request may pass; 0 if one may now. */
    long waitMs(Bucket bucket) {
        long missing = Math.max(0, NANOS - bucket.nanoTokens);
        long perMs = requests * NANOS / TimeUnit.SECONDS.toMillis(windowSeconds);
        return (missing + perMs - 1) / perMs;
    }

    /** What a bucket, of which one request has just been taken or could not be, says to its caller. */
    RateLimit.Grant grant(boolean granted, int remaining, long waitMs) {
        return new RateLimit.Grant(granted, remaining, Math.max(1, TimeUnit.MILLISECONDS.toSeconds(waitMs + 999)));
    }
}
