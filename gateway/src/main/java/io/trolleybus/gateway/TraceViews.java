package io.trolleybus.gateway;

import static java.util.stream.Collectors.groupingBy;

import io.trolleybus.chassis.ScatterGather.Gathered;
import io.trolleybus.model.NodeMessages.TraceList;
import io.trolleybus.model.NodeMessages.TracePart;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recent traces, put together from what each process has seen of them; the newest first. */
record TraceViews(List<View> items, List<String> degraded) {
    /** What one process, on a node, has seen. */
    private record Seen(String node, TracePart part) {}

    /** @param durationMs from the first start to the last end, by the clocks of those who took part */
    private record View(
            String id,
            String name,
            Instant startedAt,
            double durationMs,
            int spans,
            List<String> nodes,
            boolean failed,
            @Nullable UUID orderId) {
        static View of(List<Seen> seen, @Nullable UUID asked) {
            var parts = seen.stream().map(Seen::part).toList();
            TracePart first = Collections.min(parts, Comparator.comparing(TracePart::startedAt));
            TracePart last = Collections.max(parts, Comparator.comparing(TracePart::endedAt));
            UUID known = parts.stream()
                    .map(TracePart::orderId)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            return new View(
                    first.traceId(),
                    first.firstSpan(),
                    first.startedAt(),
                    milliseconds(Duration.between(first.startedAt(), last.endedAt())),
                    parts.stream().mapToInt(TracePart::spans).sum(),
                    seen.stream().map(Seen::node).distinct().sorted().toList(),
                    parts.stream().anyMatch(TracePart::failed),
                    asked == null ? known : asked);
        }
    }

    static TraceViews none(Gathered<TraceList> found) {
        return new TraceViews(List.of(), found.silent());
    }

    /**
     * @param whole what every process knows of the traces that were found
     * @param found where they were looked for
     * @param orderId what they were looked for by, or null
     */
    static TraceViews of(Gathered<TraceList> whole, Gathered<TraceList> found, @Nullable UUID orderId) {
        Map<String, List<Seen>> byTrace = seen(whole).collect(groupingBy(one -> one.part.traceId()));
        var silent = new TreeSet<>(whole.silent());
        silent.addAll(found.silent());
        return new TraceViews(
                byTrace.values().stream()
                        .map(seen -> View.of(seen, orderId))
                        .sorted(Comparator.comparing(View::startedAt).reversed())
                        .toList(),
                List.copyOf(silent));
    }

    /** The ids of those that have ended last. */
    static List<String> newest(Gathered<TraceList> found, int limit) {
        Map<String, Instant> ends = new LinkedHashMap<>();
        seen(found)
                .map(Seen::part)
                .forEach(part -> ends.merge(part.traceId(), part.endedAt(), (a, b) -> a.isAfter(b) ? a : b));
        return ends.entrySet().stream()
                .sorted(Map.Entry.<String, Instant>comparingByValue().reversed())
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Stream<Seen> seen(Gathered<TraceList> told) {
        return told.answers().stream()
                .flatMap(answer -> answer.result().items().stream().map(part -> new Seen(answer.node(), part)));
    }

    /** To the microsecond. */
    static double milliseconds(Duration duration) {
        long microseconds = TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
        return microseconds / 1e3;
    }
}
