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
    /** {@code version-traceid-spanid-flags}; a version after 00 may add to it behind one more dash. */
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
        if (traceparent == null || !hasShape(traceparent)) {
            return null;
        }
        String traceId = traceparent.substring(3, 35);
        String spanId = traceparent.substring(36, 52);
        if (!TraceId.isValid(traceId) || !SpanId.isValid(spanId)) {
            return null;
        }
        return new Trace(traceId, spanId, (Character.digit(traceparent.charAt(54), 16) & 1) == 1);
    }

    /** Checked by hand, since every message passes here. */
    private static boolean hasShape(String text) {
        if (text.length() < LENGTH || text.startsWith("ff")) {
            return false;
        }
        boolean ends = text.length() == LENGTH || (text.charAt(LENGTH) == '-' && !text.startsWith("00"));
        return ends
                && isHex(text.charAt(0))
                && isHex(text.charAt(1))
                && text.charAt(2) == '-'
                && text.charAt(35) == '-'
                && text.charAt(52) == '-'
                && isHex(text.charAt(53))
                && isHex(text.charAt(54));
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    static Trace of(SpanContext span) {
        return new Trace(span.getTraceId(), span.getSpanId(), span.isSampled());
    }

    SpanContext toSpanContext() {
        return SpanContext.createFromRemoteParent(
                traceId, spanId, sampled ? TraceFlags.getSampled() : TraceFlags.getDefault(), TraceState.getDefault());
    }

    /** The same place, of which nothing is recorded. */
    public Trace unsampled() {
        return new Trace(traceId, spanId, false);
    }

    /** The text for a {@code traceparent} header. */
    public String traceparent() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }
}
