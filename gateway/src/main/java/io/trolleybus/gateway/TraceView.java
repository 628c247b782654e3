package io.trolleybus.gateway;

import io.trolleybus.chassis.ScatterGather.Gathered;
import io.trolleybus.model.NodeMessages.Span;
import io.trolleybus.model.NodeMessages.SpanLink;
import io.trolleybus.model.NodeMessages.SpanList;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trace, put together from what each process has seen of it.
 *
 * @param spans its spans by their start; each names its parent, and the first one's parent is the client's own
 * @param linked spans of other traces that worked for this one together with others, such as commits of a batch
 * @param truncated whether a process has seen more than it told
 */
record TraceView(
        String id,
        Instant startedAt,
        double durationMs,
        List<String> nodes,
        List<SpanView> spans,
        List<SpanView> linked,
        boolean truncated,
        List<String> degraded) {

    private record SpanView(
            String traceId,
            String spanId,
            @Nullable String parentSpanId,
            String name,
            String kind,
            String node,
            String service,
            Instant startedAt,
            double durationMs,
            String status,
            @Nullable String error,
            Map<String, String> attributes,
            List<SpanLink> links) {
        static SpanView of(String node, Span span) {
            return new SpanView(
                    span.traceId(),
                    span.spanId(),
                    span.parentSpanId(),
                    span.name(),
                    span.kind(),
                    node,
                    span.service(),
                    span.startedAt(),
                    TraceViews.milliseconds(Duration.ofNanos(span.durationNs())),
                    span.status(),
                    span.error(),
                    span.attributes(),
                    span.links());
        }
    }

    /** @return null if no process knows of it */
    static @Nullable TraceView of(String id, Gathered<SpanList> told) {
        List<SpanView> all = told.answers().stream()
                .flatMap(answer -> answer.result().items().stream().map(span -> SpanView.of(answer.node(), span)))
                .sorted(Comparator.comparing(SpanView::startedAt))
                .toList();
        List<SpanView> own =
                all.stream().filter(span -> span.traceId.equals(id)).toList();
        if (own.isEmpty()) {
            return null;
        }
        return new TraceView(
                id,
                own.get(0).startedAt,
                durationMs(told, id),
                own.stream().map(SpanView::node).distinct().sorted().toList(),
                own,
                all.stream().filter(span -> !span.traceId.equals(id)).toList(),
                told.answers().stream().anyMatch(answer -> answer.result().truncated()),
                told.silent());
    }

    private static double durationMs(Gathered<SpanList> told, String id) {
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        for (var answer : told.answers()) {
            for (Span span : answer.result().items()) {
                if (span.traceId().equals(id)) {
                    Instant end = span.startedAt().plusNanos(span.durationNs());
                    first = span.startedAt().isBefore(first) ? span.startedAt() : first;
                    last = end.isAfter(last) ? end : last;
                }
            }
        }
        return TraceViews.milliseconds(Duration.between(first, last));
    }
}
