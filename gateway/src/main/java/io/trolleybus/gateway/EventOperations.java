package io.trolleybus.gateway;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FindRecent;
import io.trolleybus.model.FeedMessages.RecentEvents;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.UserMessages;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened lately, out of the journals of all services. One that does not answer in time is named in
 * {@code degraded}.
 */
final class EventOperations {
    private static final long LIMIT_MS = 2_000;
    private static final int DEFAULT_EVENTS = 100;
    private static final int MAX_EVENTS = 500;

    private static final List<String> JOURNALS =
            List.of(InventoryMessages.SERVICE, OrderMessages.SERVICE, PaymentMessages.SERVICE, UserMessages.SERVICE);

    private final Bus bus;

    EventOperations(Bus bus) {
        this.bus = bus;
    }

    /** @param position in the journal of its service */
    private record EventView(
            String service,
            long position,
            UUID stream,
            int version,
            String type,
            @JsonRawValue String data,
            @Nullable String traceId,
            Instant recordedAt) {
        static EventView of(String service, Entry entry) {
            Trace trace = Trace.parse(entry.traceparent());
            return new EventView(
                    service,
                    entry.position(),
                    entry.stream(),
                    entry.version(),
                    entry.type(),
                    entry.data(),
                    trace == null ? null : trace.traceId(),
                    entry.recordedAt());
        }
    }

    private record EventsView(List<EventView> items, List<String> degraded) {
        /** Within a service the journal's order counts, since the clocks of several nodes may differ. */
        static EventsView of(AskedServices<RecentEvents> asked, int limit) {
            Comparator<EventView> newestFirst = Comparator.comparing(EventView::recordedAt)
                    .thenComparing(EventView::service)
                    .thenComparing(EventView::position)
                    .reversed();
            List<EventView> newest = asked.answers().entrySet().stream()
                    .flatMap(answer ->
                            answer.getValue().items().stream().map(entry -> EventView.of(answer.getKey(), entry)))
                    .sorted(newestFirst)
                    .limit(limit)
                    .toList();
            return new EventsView(newest, asked.silent());
        }
    }

    Map<String, Action> actions() {
        return Map.of("listEvents", this::list);
    }

    private Future<Answer> list(Exchange exchange) {
        int limit = Parameters.limit(exchange, DEFAULT_EVENTS, MAX_EVENTS);
        var query = new FindRecent(Parameters.uuid(exchange, "orderId"), Parameters.traceId(exchange), limit);
        return AskedServices.ask(
                        JOURNALS,
                        service -> bus.readWithin(
                                LIMIT_MS, exchange, FeedMessages.recentAddress(service), query, RecentEvents.class))
                .map(asked -> Answer.json(200, EventsView.of(asked, limit)));
    }
}
