package io.trolleybus.gateway;

import io.trolleybus.chassis.ScatterGather.Gathered;
import io.trolleybus.model.NodeMessages.LogError;
import io.trolleybus.model.NodeMessages.LogLine;
import io.trolleybus.model.NodeMessages.LogList;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log lines of all processes, the newest first. */
record LogViews(List<View> items, List<String> degraded) {
    private record View(
            Instant at,
            String level,
            String node,
            String service,
            String logger,
            String message,
            @Nullable String traceId,
            @Nullable String spanId,
            @Nullable String orderId,
            @Nullable LogError error) {
        static View of(String node, LogLine line) {
            return new View(
                    line.at(),
                    line.level(),
                    node,
                    line.service(),
                    line.logger(),
                    line.message(),
                    line.traceId(),
                    line.spanId(),
                    line.orderId(),
                    line.error());
        }
    }

    static LogViews of(Gathered<LogList> told, int limit) {
        List<View> newest = told.answers().stream()
                .flatMap(answer -> answer.result().items().stream().map(line -> View.of(answer.node(), line)))
                .sorted(Comparator.comparing(View::at).reversed())
                .limit(limit)
                .toList();
        return new LogViews(newest, told.silent());
    }
}
