package io.trolleybus.inventory;

import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.OrderShipments.Shipment;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockSold;
import io.trolleybus.inventory.domain.MovementKind;
import io.trolleybus.inventory.domain.Outgoing;
import io.trolleybus.inventory.domain.Outgoing.Leaving;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.journal.Append;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Principal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What the shipments of one page come to, gathered as the rows of the statements that write it. */
final class Sales {
    private static final Logger LOG = LogManager.getLogger(Sales.class);

    private final Map<UUID, Reservation> before;
    private final Outgoing outgoing;
    private final Supplier<UUID> ids;
    private final List<NewMovement> movements = new ArrayList<>();
    private final List<Append<InventoryEvent>> moved = new ArrayList<>();
    private final Map<UUID, Sold> sold = new LinkedHashMap<>();

    /** What is sold of one reservation, whose stream is at that version, and the trace of the first shipment. */
    private record Sold(int version, Trace trace, List<InventoryEvent> events) {}

    /**
     * @param before the reservations, which are locked
     * @param onHand units by SKU, which are locked as well, so that the ids of a product's movements ascend in the
     *     order of the movements
     */
    Sales(Map<UUID, Reservation> before, Map<String, Integer> onHand, Supplier<UUID> ids) {
        this.before = before;
        this.outgoing = new Outgoing(before, onHand);
        this.ids = ids;
    }

    void ship(Shipment shipment) {
        List<Leaving> leaving = outgoing.ship(shipment.orderId(), shipment.id(), shipment.lines());
        Reservation present = before.get(shipment.orderId());
        warnIfShort(shipment, present, leaving);
        if (leaving.isEmpty() || present == null) {
            return;
        }
        for (Leaving line : leaving) {
            var movement = new NewMovement(
                    ids.get(),
                    line.sku(),
                    -line.quantity(),
                    MovementKind.SOLD,
                    "shipment " + shipment.id() + " of order " + shipment.orderId(),
                    Principal.user(shipment.by(), List.of()).name(),
                    line.onHand());
            movements.add(movement);
            moved.add(movement.append(shipment.trace()));
        }
        var lines = leaving.stream()
                .map(line -> new StockLine(line.sku(), line.quantity()))
                .toList();
        sold.computeIfAbsent(present.id(), first -> new Sold(present.version(), shipment.trace(), new ArrayList<>()))
                .events
                .add(new StockSold(present.id(), shipment.id(), lines));
    }

    /** Order ships what it has reserved and no more, so this is a defect somewhere, and the stock needs a look. */
    private static void warnIfShort(Shipment shipment, @Nullable Reservation present, List<Leaving> leaving) {
        int shipped = shipment.lines().stream().mapToInt(StockLine::quantity).sum();
        int sold = leaving.stream().mapToInt(Leaving::quantity).sum();
        boolean again = present != null && present.shipments().contains(shipment.id());
        if (sold < shipped && !again) {
            LOG.warn(
                    "shipment {} of order {} has {} units, of which {} were reserved and are sold",
                    shipment.id(),
                    shipment.orderId(),
                    shipped,
                    sold);
        }
    }

    Outgoing outgoing() {
        return outgoing;
    }

    List<NewMovement> movements() {
        return movements;
    }

    /** Several shipments of one order are one append, since a stream may be named once only. */
    List<Append<InventoryEvent>> appends() {
        var appends = new ArrayList<>(moved);
        sold.forEach((id, sales) -> appends.add(new Append<>(id, sales.version, sales.events, sales.trace)));
        return appends;
    }
}
