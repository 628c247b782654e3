package io.trolleybus.chassis;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.trolleybus.model.AboutOrder;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Records a span around work that belongs to a sampled trace, and does nothing for the rest. Thread-safe. */
public final class Tracing {
    public static final AttributeKey<String> ORDER_ID = AttributeKey.stringKey(TraceLog.ORDER_ID);

    private final Function<String, Tracer> tracers;
    private final Tracer tracer;

    /** With one tracer, whoever works. */
    public Tracing(Tracer tracer) {
        this(service -> tracer, tracer);
    }

    private Tracing(Function<String, Tracer> tracers, Tracer tracer) {
        this.tracers = tracers;
        this.tracer = tracer;
    }

    /**
     * With a tracer for each service, so that whoever looks at a trace sees them apart.
     *
     * @param platform what to call work that is no service's own
     * @param tracers gives the tracer of a service by its name, the same each time
     */
    public static Tracing ofServices(String platform, Function<String, Tracer> tracers) {
        return new Tracing(tracers, tracers.apply(platform));
    }

    /** The same for the work of one service. */
    public Tracing of(String service) {
        return new Tracing(tracers, tracers.apply(service));
    }

    /**
     * Runs the work inside a span of its own.
     *
     * @param work is given the trace to hand on; its future ends the span
     */
    public <T> Future<T> around(String name, SpanKind kind, Trace parent, Function<Trace, Future<T>> work) {
        return around(name, kind, parent, null, work);
    }

    /**
     * Runs the work inside a span of its own, which names the order that the work is about.
     *
     * @param subject what the work is given; it names the order if it is {@link AboutOrder}, as the answer may
     * @param work is given the trace to hand on; its future ends the span
     */
    public <T> Future<T> around(
            String name, SpanKind kind, Trace parent, @Nullable Object subject, Function<Trace, Future<T>> work) {
        if (!parent.sampled()) {
            return work.apply(parent);
        }
        Span span = tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(parent.toSpanContext())))
                .startSpan();
        nameOrder(span, subject);
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
            return work.get().onComplete(done -> end(span, done), failure -> fail(span, failure));
        } catch (RuntimeException bug) {
            fail(span, bug);
            throw bug;
        }
    }

    private static void end(Span span, @Nullable Object answer) {
        if (answer instanceof Reply.Done<?> done) {
            nameOrder(span, done.result());
        }
        span.end();
    }

    private static void nameOrder(Span span, @Nullable Object subject) {
        if (subject instanceof AboutOrder about) {
            span.setAttribute(ORDER_ID, about.orderId().toString());
        }
    }

    private static void fail(Span span, Throwable failure) {
        span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        span.end();
    }
}
