package io.trolleybus.gateway;

import io.vertx.core.Future;

/** Counts requests by a key, and says which are too many. For one event loop. */
interface RateLimit {
    /** Whether the request may pass, how many more may now, and when there is one more. */
    record Grant(boolean granted, int remaining, long retryAfterSeconds) {
        /** The {@code RateLimit} header. */
        String header() {
            return "\"default\";r=" + remaining + ";t=" + retryAfterSeconds;
        }

        /** What is said to whom it does not let pass. */
        Rejected rejection(ProblemType type, String detail) {
            return Rejected.withHeader(type, detail, Answer.RETRY_AFTER, Long.toString(retryAfterSeconds));
        }
    }

    Quota quota();

    /** Never fails: what cannot be counted together with others is counted here alone. */
    Future<Grant> take(String key);
}
