package io.trolleybus.chassis;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Records a span around work that belongs to a sampled trace, and does nothing for the rest. Thread-safe. */
public final class Tracing {
    private final Tracer tracer;

    public Tracing(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Runs the work inside a span of its own.
     *
     * @param work is given the trace to hand on; its future ends the span
     */
    public <T> Future<T> around(String name, SpanKind kind, Trace parent, Function<Trace, Future<T>> work) {
        if (!parent.sampled()) {
            return work.apply(parent);
        }
        Span span = tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(parent.toSpanContext())))
                .startSpan();
        return ending(span, () -> work.apply(Trace.of(span.getSpanContext())));
    }

    /**
     * Runs work that serves several traces at once inside one span that is linked to those of them that are sampled.
     */
    public <T> Future<T> aroundBatch(String name, List<Trace> items, Supplier<Future<T>> work) {
        var builder = tracer.spanBuilder(name).setNoParent();
        boolean linked = false;
        for (Trace item : items) {
            if (item.sampled()) {
                builder.addLink(item.toSpanContext());
                linked = true;
            }
        }
        return linked ? ending(builder.setAttribute("batch.size", items.size()).startSpan(), work) : work.get();
    }

    /**
     * Records a span that is over now, under the id that it has had from its start.
     *
     * @param from when it began
     */
    public void record(LastingSpan span, String name, Instant from, Instant to, Attributes attributes) {
        String parentSpanId = span.parentSpanId();
        if (parentSpanId != null) {
            var builder = tracer.spanBuilder(name).setStartTimestamp(from).setAllAttributes(attributes);
            LastingSpan.start(builder, span.trace(), parentSpanId).end(to);
        }
    }

    private static <T> Future<T> ending(Span span, Supplier<Future<T>> work) {
        try {
            return work.get().onComplete(done -> span.end(), failure -> end(span, failure));
        } catch (RuntimeException bug) {
            end(span, bug);
            throw bug;
        }
    }

    private static void end(Span span, Throwable failure) {
        span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        span.end();
    }
}
