package io.trolleybus.inventory;

import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.Outgoing;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.OrderMessages;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Follows the shipments of orders: what leaves with one is sold, and so neither on hand nor reserved any more. A
 * shipment is counted once, and a reservation that is not there, released or sold has nothing to give, so events may
 * come late or again.
 *
 * <p>A reader of its own beside {@link OrderOutcomes}: as long as instances of a release that knew no shipments run as
 * well, they move that one's checkpoint past shipments that they do not see. Neither waits for the other, since a
 * shipment takes from what is held what it takes from what is allocated.
 */
final class OrderShipments implements Subscription.Projection {
    static final String NAME = "order-shipments";
    private static final String SHIPPED = "OrderShipped";

    /** As with outcomes, nobody waits. */
    private static final long LINGER_MS = 100;

    private final ServiceContext context;
    private final Journal<InventoryEvent> journal;

    /** What this service reads of the event, whatever else it says. */
    private record Parcel(UUID shipmentId, List<StockLine> lines, UUID by) {}

    /** A shipment of an order, whose id is that of its reservation. */
    record Shipment(UUID orderId, UUID id, List<StockLine> lines, UUID by, Trace trace) {}

    private OrderShipments(ServiceContext context, Journal<InventoryEvent> journal) {
        this.context = context;
        this.journal = journal;
    }

    static Subscription subscription(ServiceContext context, Journal<InventoryEvent> journal) {
        return new Subscription(
                context, OrderMessages.SERVICE, NAME, Set.of(SHIPPED), LINGER_MS, new OrderShipments(context, journal));
    }

    @Override
    public Future<?> apply(SqlConnection tx, List<Entry> entries) {
        List<Shipment> shipments = entries.stream().map(this::shipment).toList();
        var orders = shipments.stream().map(Shipment::orderId).distinct().toArray(UUID[]::new);
        Future<Map<UUID, Reservation>> reservations = ReservationRows.lock(tx, orders);
        Future<Map<String, Integer>> onHand = StockRows.lockOnHand(tx, orders);
        return Future.all(reservations, onHand).compose(all -> {
            var sales = new Sales(reservations.result(), onHand.result(), context.ids());
            shipments.forEach(sales::ship);
            return write(tx, sales);
        });
    }

    private Shipment shipment(Entry entry) {
        Parcel parcel = Json.read(entry.data(), Parcel.class);
        Trace trace = Trace.parse(entry.traceparent());
        return new Shipment(
                entry.stream(),
                parcel.shipmentId,
                parcel.lines,
                parcel.by,
                trace == null ? Trace.root(context.random(), false) : trace);
    }

    /** Readers of the feed hear of it with the next nudge or look. */
    private Future<?> write(SqlConnection tx, Sales sales) {
        Outgoing outgoing = sales.outgoing();
        return Future.all(
                ReservationRows.ship(tx, outgoing.changed()),
                StockRows.sell(tx, outgoing.sold()),
                MovementRows.insert(tx, sales.movements()),
                journal.append(tx, sales.appends()));
    }

    /** Sales do not follow from order's feed alone, so none is taken back; a shipment that comes again is known. */
    @Override
    public Future<?> clear(SqlConnection tx) {
        return Future.succeededFuture();
    }
}
