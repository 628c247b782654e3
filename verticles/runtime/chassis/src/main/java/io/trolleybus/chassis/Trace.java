package io.trolleybus.chassis;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where in which trace something happens. It travels as the {@code traceparent} of W3C Trace Context (level 1), over
 * HTTP, in bus headers, and in the rows of journal and saga, so that it outlives a restart.
 *
 * @param traceId 32 lower-case hex digits
 * @param spanId 16 lower-case hex digits
 * @param sampled whether spans and log lines are recorded; an unsampled trace costs only this text
 */
public record Trace(String traceId, String spanId, boolean sampled) {
    private static final int LENGTH = 55;

    /** A new trace of its own. */
    public static Trace root(RandomGenerator random, boolean sampled) {
        return new Trace(
                TraceId.fromLongs(random.nextLong(), random.nextLong() | 1),
                SpanId.fromLong(random.nextLong() | 1),
                sampled);
    }

    /** The trace named by a {@code traceparent}, or null if it names none. */
    public static @Nullable Trace parse(@Nullable String traceparent) {
        if (traceparent == null || traceparent.length() < LENGTH || traceparent.startsWith("ff")) {
            return null;
        }
        String traceId = traceparent.substring(3, 35);
        String spanId = traceparent.substring(36, 52);
        if (!TraceId.isValid(traceId) || !SpanId.isValid(spanId)) {
            return null;
        }
        return new Trace(traceId, spanId, (Character.digit(traceparent.charAt(54), 16) & 1) == 1);
    }

    static Trace of(SpanContext span) {
        return new Trace(span.getTraceId(), span.getSpanId(), span.isSampled());
    }

    SpanContext toSpanContext() {
        return SpanContext.createFromRemoteParent(
                traceId, spanId, sampled ? TraceFlags.getSampled() : TraceFlags.getDefault(), TraceState.getDefault());
    }

    /** The text for a {@code traceparent} header. */
    public String traceparent() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }
}
