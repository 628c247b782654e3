package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.EventTypes;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The order service as far as inventory knows it: a real feed, and answers about how an order stands. */
final class Orders {
    static final UUID CLERK = new UUID(7, 3);

    private static final List<String> JOURNAL = List.of("io/trolleybus/journal/migrations");

    /** Order's events as far as they matter here. */
    sealed interface Event {
        record OrderConfirmed() implements Event {}

        record OrderRejected() implements Event {}

        record OrderCancelled() implements Event {}

        record OrderShipped(UUID shipmentId, String carrier, String trackingId, List<StockLine> lines, UUID by)
                implements Event {}
    }

    private static final EventTypes<Event> TYPES = new EventTypes<Event>()
            .add("OrderConfirmed", Event.OrderConfirmed.class)
            .add("OrderRejected", Event.OrderRejected.class)
            .add("OrderCancelled", Event.OrderCancelled.class)
            .add("OrderShipped", Event.OrderShipped.class);

    final Map<UUID, Status> states = new ConcurrentHashMap<>();
    final TestService service;
    private final Map<UUID, Integer> versions = new HashMap<>();

    Orders(TestPlatform platform) {
        service = platform.deploy("order", JOURNAL, this::start);
    }

    private Future<?> start(ServiceContext context) {
        journal(context).serveFeed(context.endpoints(), context.database().reads());
        context.endpoints().serve(OrderMessages.GET, GetOrder.class, this::get);
        return Future.succeededFuture();
    }

    private static Journal<Event> journal(ServiceContext context) {
        return new Journal<>("order", TYPES, context.vertx().eventBus(), context.meters());
    }

    private Future<Reply<Order>> get(Call call, GetOrder get) {
        Status status = states.get(get.orderId());
        return Future.succeededFuture(
                status == null || !call.principal().maySee(new UUID(0, 0))
                        ? Reply.refused(Refusals.NOT_FOUND, "There is no such order.")
                        : Reply.done(order(get.orderId(), status)));
    }

    private static Order order(UUID id, Status status) {
        return new Order(
                id,
                "1",
                new UUID(0, 0),
                status,
                List.of(),
                Money.zero("EUR"),
                null,
                null,
                null,
                List.of(),
                List.of(),
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of());
    }

    static Event shipped(UUID shipmentId, StockLine... lines) {
        return new Event.OrderShipped(shipmentId, "DHL", "00340", List.of(lines), CLERK);
    }

    void happens(UUID id, Event... events) {
        happens(Map.of(id, List.of(events)));
    }

    /** All in one commit, so that who follows the feed reads them in few pages. */
    void happens(Map<UUID, List<Event>> events) {
        Futures.await(service.onLoop(context -> {
            Journal<Event> journal = journal(context);
            var appends = new ArrayList<Append<Event>>();
            events.forEach((id, ofOne) -> {
                int version = versions.getOrDefault(id, 0);
                versions.put(id, version + ofOne.size());
                appends.add(new Append<>(id, version, ofOne, Trace.root(context.random(), false)));
            });
            return context.database()
                    .transaction(tx -> journal.append(tx, appends))
                    .onSuccess(journal::nudge);
        }));
    }

    /** The position of the last event. */
    long position() {
        return service.database().number("select position from journal_head");
    }
}
