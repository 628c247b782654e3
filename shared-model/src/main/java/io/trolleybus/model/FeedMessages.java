package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How one service reads another's journal. {@code <service>.feed} answers {@link ReadFeed}; after each commit the
 * service publishes a {@link Nudge} on {@code <service>.nudge}, which may get lost without harm.
 */
public final class FeedMessages {
    private FeedMessages() {}

    public static String feedAddress(String service) {
        return service + ".feed";
    }

    public static String nudgeAddress(String service) {
        return service + ".nudge";
    }

    /** Where a service tells what happened in it lately. */
    public static String recentAddress(String service) {
        return service + ".recent";
    }

    /**
     * @param after the position up to which the reader has everything; 0 at first
     * @param limit the most entries to answer, 1 to 1000
     * @param types only entries of these types; empty for all
     */
    public record ReadFeed(long after, int limit, Set<String> types) {}

    /**
     * @param entries in ascending position, which is commit order
     * @param through the reader now has everything up to and including this position
     * @param head where the journal ended when this was read; an older service does not say
     */
    public record FeedPage(
            List<Entry> entries, long through, @Nullable Long head) {}

    /**
     * Answers {@link RecentEvents}. Operators and services only.
     *
     * @param orderId only events about this order
     * @param traceId only events of this trace, if it was sampled
     * @param limit the most events to answer, 1 to 500
     */
    public record FindRecent(
            @Nullable UUID orderId, @Nullable String traceId, int limit) {}

    /** @param items the newest first */
    public record RecentEvents(List<Entry> items) {}

    /**
     * One event as others read it.
     *
     * @param position its place in the feed; ascending, not gapless
     * @param stream whose event it is
     * @param version its place in the stream; gapless from 1
     * @param data the event as a JSON object, upcast to the newest version of its type
     * @param traceparent the W3C trace context of what caused it, or empty
     */
    public record Entry(
            long position,
            UUID stream,
            int version,
            String type,
            String data,
            String traceparent,
            Instant recordedAt) {}

    /** Something was committed up to this position, of these types. */
    public record Nudge(long position, Set<String> types) {}
}
