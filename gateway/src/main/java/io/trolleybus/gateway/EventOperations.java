package io.trolleybus.gateway;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.trolleybus.chassis.Trace;
import io.trolleybus.gateway.Aggregate.Found;
import io.trolleybus.gateway.Aggregate.Leg;
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
import java.util.stream.Stream;
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

    private final List<Leg<RecentEvents>> journals;
    private final Aggregate aggregate;

    EventOperations(Bus bus) {
        journals = JOURNALS.stream().map(service -> journal(bus, service)).toList();
        aggregate = new Aggregate(bus::nowMs, LIMIT_MS, journals);
    }

    private static Leg<RecentEvents> journal(Bus bus, String service) {
        return Leg.optional(service, (exchange, found, limitMs) -> {
            var query =
                    new FindRecent(Parameters.uuid(exchange, "orderId"), Parameters.traceId(exchange), limit(exchange));
            return bus.readPart(limitMs, exchange, FeedMessages.recentAddress(service), query, RecentEvents.class);
        });
    }

    private static int limit(Exchange exchange) {
        return Parameters.limit(exchange, DEFAULT_EVENTS, MAX_EVENTS);
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

    private record EventsView(List<EventView> items, List<String> degraded) {}

    Map<String, Action> actions() {
        return Map.of("listEvents", this::list);
    }

    private Future<Answer> list(Exchange exchange) {
        int limit = limit(exchange);
        return aggregate
                .gather(exchange)
                .map(found -> Answer.json(200, new EventsView(newest(found, limit), found.degraded())));
    }

    /** Within a service the journal's order counts, since the clocks of several nodes may differ. */
    private List<EventView> newest(Found found, int limit) {
        Comparator<EventView> newestFirst = Comparator.comparing(EventView::recordedAt)
                .thenComparing(EventView::service)
                .thenComparing(EventView::position)
                .reversed();
        return journals.stream()
                .flatMap(journal -> eventsOf(journal, found.of(journal)))
                .sorted(newestFirst)
                .limit(limit)
                .toList();
    }

    private static Stream<EventView> eventsOf(Leg<RecentEvents> journal, @Nullable RecentEvents recent) {
        return recent == null
                ? Stream.empty()
                : recent.items().stream().map(entry -> EventView.of(journal.name(), entry));
    }
}
