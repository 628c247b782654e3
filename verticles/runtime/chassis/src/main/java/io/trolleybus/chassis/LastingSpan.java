package io.trolleybus.chassis;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The span of work that may outlive the process which begins it. Its id is chosen first and stored with the work; what
 * the work does hangs below it, in whatever process; and it is recorded once, by the process that brings the work to
 * its end. In an unsampled trace it is only the text of the trace.
 *
 * @param trace names the span itself, as parent of what it holds
 * @param parentSpanId the span in which the work was begun; null if there is no span to record
 */
public record LastingSpan(Trace trace, @Nullable String parentSpanId) {
    /** A span that is not begun yet, within the given one. */
    public static LastingSpan within(Trace parent, RandomGenerator random) {
        if (!parent.sampled()) {
            return new LastingSpan(parent, null);
        }
        var own = new Trace(parent.traceId(), SpanId.fromLong(random.nextLong() | 1), true);
        return new LastingSpan(own, parent.spanId());
    }

    /** Starts the span under the id that was chosen; its tracer must take ids from {@link ChosenSpanIds}. */
    static Span start(SpanBuilder builder, Trace trace, String parentSpanId) {
        var parent = new Trace(trace.traceId(), parentSpanId, trace.sampled());
        builder.setParent(Context.root().with(Span.wrap(parent.toSpanContext())));
        try (Scope chosen = ChosenSpanIds.choosing(trace.spanId()).makeCurrent()) {
            return builder.startSpan();
        }
    }
}
