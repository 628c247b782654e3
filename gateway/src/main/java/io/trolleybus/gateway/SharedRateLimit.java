package io.trolleybus.gateway;

import io.trolleybus.chassis.TimeLimit;
import io.trolleybus.gateway.Quota.Bucket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests to all gateways of a cluster together. The buckets lie in a map that the gateways share; each
 * takes an eighth of what is left in one, lets so many requests pass without asking, and brings back what it did not
 * need. So a key that comes often costs few questions, and one that has nothing left costs none until it has.
 *
 * <p>While the map cannot be reached, each gateway counts for itself. For one event loop.
 */
final class SharedRateLimit implements RateLimit {
    /** How often what is not needed is brought back. */
    static final long SWEEP_PERIOD_MS = 250;

    private static final Logger LOG = LogManager.getLogger(SharedRateLimit.class);
    private static final int PART = 8;
    /** What was taken is brought back after this, or a key that seldom comes would keep it beside a full bucket. */
    private static final long UNUSED_MS = 500;
    /** Before an empty bucket is looked at again: somebody may have brought something back. */
    private static final long ASK_AGAIN_MS = 1_000;

    /** So long the map is waited for. */
    private static final long PATIENCE_MS = 500;

    /** Before the map is asked again after it could not be. */
    private static final long ALONE_MS = 1_000;
    /** Somebody else changes a bucket between reading and writing it; with few gateways that is soon over. */
    private static final int MAX_TRIES = 20;

    private final Vertx vertx;
    private final InstantSource clock;
    private final Quota quota;
    private final AsyncMap<String, String> buckets;
    private final UnaryOperator<String> disguise;
    private final LocalRateLimit alone;
    private final Map<String, Share> shares = new Remembered<>();
    private long aloneUntilMs;

    /** What this gateway has of one bucket. */
    private static final class Share {
        /** So many may pass unasked. */
        int taken;
        /** What was left in the bucket beside that when it was seen last. */
        int left;
        /** When it was taken. */
        long takenMs;
        /** Nothing is left until then, unless somebody brings back what is not needed. */
        long emptyUntilMs;
        /** Nobody is asked again before. */
        long askAgainMs;

        @Nullable
        Future<Void> asking;
    }

    /**
     * @param buckets by disguised key, as {@link Bucket#toString} writes them; shared with the other gateways
     * @param disguise of a key, since addresses and accounts are nobody's business who sees the map
     */
    SharedRateLimit(
            Vertx vertx,
            InstantSource clock,
            Quota quota,
            AsyncMap<String, String> buckets,
            UnaryOperator<String> disguise) {
        this.vertx = vertx;
        this.disguise = disguise;
        this.clock = clock;
        this.quota = quota;
        this.buckets = buckets;
        this.alone = new LocalRateLimit(clock, quota);
    }

    @Override
    public Quota quota() {
        return quota;
    }

    /** Brings back what is not needed, from now on. */
    void sweep() {
        vertx.setPeriodic(SWEEP_PERIOD_MS, tick -> bringBack(UNUSED_MS));
    }

    @Override
    public Future<Grant> take(String key) {
        return take(key, shares.computeIfAbsent(key, unknown -> new Share()));
    }

    private Future<Grant> take(String key, Share share) {
        long nowMs = clock.millis();
        if (share.taken > 0) {
            share.taken--;
            return Future.succeededFuture(quota.grant(true, share.taken + share.left, 0));
        }
        if (nowMs < share.askAgainMs) {
            return Future.succeededFuture(quota.grant(false, 0, share.emptyUntilMs - nowMs));
        }
        if (nowMs < aloneUntilMs) {
            return alone.take(key);
        }
        return ask(key, share).transform(asked -> asked.succeeded() ? take(key, share) : alone.take(key));
    }

    /** Asks once for all who wait. */
    private Future<Void> ask(String key, Share share) {
        Future<Void> underWay = share.asking;
        if (underWay != null) {
            return underWay;
        }
        Future<Void> asked = TimeLimit.within(PATIENCE_MS, vertx, takePart(key, share, MAX_TRIES))
                .onFailure(cause -> {
                    // That others are faster at one key says nothing of the map.
                    if (!(cause instanceof Overtaken)) {
                        countAlone(cause);
                    }
                });
        share.asking = asked;
        return asked.onComplete(done -> share.asking = null);
    }

    private void countAlone(Throwable cause) {
        aloneUntilMs = clock.millis() + ALONE_MS;
        LOG.debug("requests are not counted together with other gateways for a while", cause);
    }

    private Future<Void> takePart(String key, Share share, int tries) {
        return kept(key).compose(kept -> {
            long nowMs = clock.millis();
            Bucket bucket = kept == null ? quota.full(nowMs) : quota.refilled(Bucket.parse(kept), nowMs);
            int whole = bucket.whole();
            if (whole == 0) {
                share.left = 0;
                share.emptyUntilMs = nowMs + quota.waitMs(bucket);
                share.askAgainMs = Math.min(share.emptyUntilMs, nowMs + ASK_AGAIN_MS);
                return Future.succeededFuture();
            }
            int part = Math.max(1, whole / PART);
            return swap(key, kept, bucket.plus(-part)).compose(swapped -> {
                if (!swapped) {
                    return again(tries, left -> takePart(key, share, left));
                }
                share.taken += part;
                share.takenMs = nowMs;
                share.left = whole - part;
                return Future.succeededFuture();
            });
        });
    }

    /** Brings back all that was taken and not used, as a gateway does that stops. */
    Future<Void> bringBackAll() {
        return TimeLimit.within(PATIENCE_MS, vertx, bringBack(0)).otherwiseEmpty();
    }

    private Future<Void> bringBack(long unusedMs) {
        long beforeMs = clock.millis() - unusedMs;
        List<Future<Void>> brought = new ArrayList<>();
        shares.forEach((key, share) -> {
            if (share.taken > 0 && share.takenMs <= beforeMs) {
                int unused = share.taken;
                share.taken = 0;
                brought.add(putBack(key, unused, MAX_TRIES));
            }
        });
        // What cannot be brought back is refilled in time.
        return Future.join(brought).<Void>mapEmpty().otherwiseEmpty();
    }

    private Future<Void> putBack(String key, int unused, int tries) {
        return kept(key).compose(kept -> {
            if (kept == null) {
                return Future.succeededFuture();
            }
            Bucket bucket = quota.refilled(Bucket.parse(kept).plus(unused), clock.millis());
            return swap(key, kept, bucket)
                    .compose(swapped ->
                            swapped ? Future.succeededFuture() : again(tries, left -> putBack(key, unused, left)));
        });
    }

    private static Future<Void> again(int tries, IntFunction<Future<Void>> step) {
        return tries > 1 ? step.apply(tries - 1) : Future.failedFuture(new Overtaken());
    }

    /** Others change the same bucket all the time. */
    private static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overtaken() {
            super("others were faster " + MAX_TRIES + " times", null, false, false);
        }
    }

    /** A map that has been shut down throws. */
    private Future<String> kept(String key) {
        return Future.<Void>succeededFuture().compose(now -> buckets.get(disguise.apply(key)));
    }

    private Future<Boolean> swap(String key, @Nullable String kept, Bucket next) {
        return kept == null
                ? buckets.putIfAbsent(disguise.apply(key), next.toString()).map(Objects::isNull)
                : buckets.replaceIfPresent(disguise.apply(key), kept, next.toString());
    }
}
