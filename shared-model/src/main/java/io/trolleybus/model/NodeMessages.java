package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What each process tells of itself: how its breakers stand, and what it has recently traced and logged. Every process
 * answers for itself alone, to services and operators; whoever wants the whole asks all of them.
 */
public final class NodeMessages {
    public static final String BREAKERS = "node.breakers";
    public static final String TRACES = "node.traces";
    public static final String SPANS = "node.spans";
    public static final String LOGS = "node.logs";
    /** Where a {@link BreakerChanged} is published. */
    public static final String BREAKER_CHANGED = "node.breaker-changed";

    private NodeMessages() {}

    /** Answers {@link BreakerList}. */
    public record GetBreakers() {}

    public record BreakerList(List<Breaker> items) {}

    public enum BreakerState {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    /**
     * A circuit breaker of this process.
     *
     * @param caller whose calls it guards
     * @param callee the service that is called, or {@code provider}
     * @param calleeNode the node it is called on; of the provider host and port
     * @param failures how many count against the callee now
     * @param changedAt when it came to its state, or null if it was never in another
     */
    public record Breaker(
            String caller,
            String callee,
            String calleeNode,
            BreakerState state,
            long failures,
            @Nullable Instant changedAt) {}

    /** A breaker came to another state; published once for each change. May get lost. */
    public record BreakerChanged(String node, Breaker breaker) {}

    /**
     * Answers {@link TraceList}: what this process has seen of recent traces, the newest first.
     *
     * @param orderId only traces with a span about this order
     * @param traceIds only these; empty for all
     * @param limit the most traces to answer, at least 1
     */
    public record FindTraces(@Nullable UUID orderId, List<String> traceIds, int limit) {}

    public record TraceList(List<TracePart> items) {}

    /**
     * One process's part of a trace.
     *
     * @param firstSpan the name of the span that began first
     * @param endedAt when the span that ended last did
     * @param spans how many there are
     * @param failed whether one of them has
     * @param orderId the order it is about, if that is known
     */
    public record TracePart(
            String traceId,
            String firstSpan,
            Instant startedAt,
            Instant endedAt,
            int spans,
            boolean failed,
            @Nullable UUID orderId) {}

    /** Answers {@link SpanList}: the spans of the trace, and those of other traces that are linked to it. */
    public record GetSpans(String traceId) {}

    /** @param truncated whether there are more than are told */
    public record SpanList(List<Span> items, boolean truncated) {}

    /**
     * A span that has ended. Source of the terms: OpenTelemetry.
     *
     * @param parentSpanId null if it begins its trace
     * @param kind {@code SERVER}, {@code CLIENT} or {@code INTERNAL}
     * @param status {@code UNSET}, {@code OK} or {@code ERROR}
     * @param error what went wrong, if its status tells
     * @param links spans of other traces that it serves
     */
    public record Span(
            String traceId,
            String spanId,
            @Nullable String parentSpanId,
            String name,
            String kind,
            String service,
            Instant startedAt,
            long durationNs,
            String status,
            @Nullable String error,
            Map<String, String> attributes,
            List<SpanLink> links) {}

    public record SpanLink(String traceId, String spanId) {}

    /**
     * Answers {@link LogList}: recent log lines, the newest first.
     *
     * @param limit the most lines to answer, at least 1
     */
    public record FindLogs(@Nullable UUID orderId, @Nullable String traceId, int limit) {}

    public record LogList(List<LogLine> items) {}

    /** @param service the service that wrote it, or the platform's name for what serves all of them */
    public record LogLine(
            Instant at,
            String level,
            String logger,
            String message,
            String service,
            @Nullable String traceId,
            @Nullable String spanId,
            @Nullable String orderId,
            @Nullable LogError error) {}

    /** @param stackTrace its beginning, if it is long */
    public record LogError(String type, @Nullable String message, String stackTrace) {}
}
