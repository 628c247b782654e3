package io.trolleybus.chassis;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.trolleybus.model.NodeMessages.FindTraces;
import io.trolleybus.model.NodeMessages.Span;
import io.trolleybus.model.NodeMessages.SpanLink;
import io.trolleybus.model.NodeMessages.SpanList;
import io.trolleybus.model.NodeMessages.TraceList;
import io.trolleybus.model.NodeMessages.TracePart;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The spans that this process has ended lately, as whoever operates the platform asks for them. Thread-safe. */
public final class RecentSpans implements SpanExporter {
    static final int MAX_SPANS = 10_000;
    static final long MAX_BYTES = 8 << 20;
    /** A client may send any number of requests within one trace. */
    static final int MAX_SPANS_OF_A_TRACE = 1_000;

    private static final String ORDER_ID = Tracing.ORDER_ID.getKey();
    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final int OBJECT_BYTES = 300;
    private static final int ENTRY_BYTES = 100;
    private static final long NS_PER_S = 1_000_000_000;

    private final Recent<Span> spans = new Recent<>(MAX_SPANS, MAX_BYTES, RecentSpans::sizeBytes);

    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
        ended.forEach(span -> spans.add(described(span)));
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }

    TraceList find(FindTraces query) {
        Set<String> wanted = Set.copyOf(query.traceIds());
        Map<String, Part> parts = new LinkedHashMap<>();
        spans.forEachNewestFirst(span -> {
            if (wanted.isEmpty() || wanted.contains(span.traceId())) {
                parts.computeIfAbsent(span.traceId(), Part::new).add(span);
            }
        });
        return new TraceList(parts.values().stream()
                .filter(part -> query.orderId() == null || part.orders.contains(query.orderId()))
                .limit(query.limit())
                .map(part -> part.described(query.orderId()))
                .toList());
    }

    SpanList ofTrace(String traceId) {
        List<Span> found = spans.newest(
                span -> span.traceId().equals(traceId)
                        || span.links().stream().anyMatch(link -> link.traceId().equals(traceId)),
                MAX_SPANS_OF_A_TRACE + 1);
        boolean truncated = found.size() > MAX_SPANS_OF_A_TRACE;
        return new SpanList(List.copyOf(truncated ? found.subList(0, MAX_SPANS_OF_A_TRACE) : found), truncated);
    }

    /** What is known of one trace so far. */
    private static final class Part {
        final String traceId;

        @Nullable
        Span first;

        Instant endedAt = Instant.MIN;
        int count;
        boolean failed;

        /** One, as a rule; but a client may place many within one trace. */
        final Set<UUID> orders = new LinkedHashSet<>();

        Part(String traceId) {
            this.traceId = traceId;
        }

        void add(Span span) {
            count++;
            failed |= span.status().equals(StatusCode.ERROR.name());
            if (first == null || span.startedAt().isBefore(first.startedAt())) {
                first = span;
            }
            Instant ended = span.startedAt().plusNanos(span.durationNs());
            endedAt = ended.isAfter(endedAt) ? ended : endedAt;
            String order = span.attributes().get(ORDER_ID);
            if (order != null) {
                orders.add(UUID.fromString(order));
            }
        }

        /** @param asked the order it was found by, or null */
        TracePart described(@Nullable UUID asked) {
            Span start = Objects.requireNonNull(first);
            UUID any = orders.isEmpty() ? null : orders.iterator().next();
            return new TracePart(
                    traceId, start.name(), start.startedAt(), endedAt, count, failed, asked == null ? any : asked);
        }
    }

    private static Span described(SpanData span) {
        Map<String, String> attributes = new LinkedHashMap<>();
        span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), String.valueOf(value)));
        String service = span.getResource().getAttribute(SERVICE_NAME);
        String description = span.getStatus().getDescription();
        return new Span(
                span.getTraceId(),
                span.getSpanId(),
                SpanId.isValid(span.getParentSpanId()) ? span.getParentSpanId() : null,
                span.getName(),
                span.getKind().name(),
                String.valueOf(service),
                Instant.ofEpochSecond(span.getStartEpochNanos() / NS_PER_S, span.getStartEpochNanos() % NS_PER_S),
                span.getEndEpochNanos() - span.getStartEpochNanos(),
                span.getStatus().getStatusCode().name(),
                description.isEmpty() ? null : description,
                Map.copyOf(attributes),
                span.getLinks().stream()
                        .map(link -> new SpanLink(
                                link.getSpanContext().getTraceId(),
                                link.getSpanContext().getSpanId()))
                        .toList());
    }

    private static int sizeBytes(Span span) {
        int chars =
                span.name().length() + (span.error() == null ? 0 : span.error().length());
        for (Map.Entry<String, String> attribute : span.attributes().entrySet()) {
            chars += attribute.getKey().length() + attribute.getValue().length();
        }
        int entries = span.attributes().size() + span.links().size();
        return OBJECT_BYTES + entries * ENTRY_BYTES + 2 * chars;
    }
}
