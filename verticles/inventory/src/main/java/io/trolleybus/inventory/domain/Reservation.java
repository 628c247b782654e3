package io.trolleybus.inventory.domain;

import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is kept of the stock for an order.
 *
 * @param lines of distinct SKUs; they never change
 * @param shipped how many units of each line have left, in the order of the lines
 * @param shipments with which they left, each counted once
 */
public record Reservation(
        UUID id, ReservationState state, List<StockLine> lines, List<Integer> shipped, List<UUID> shipments) {

    /**
     * What a shipment comes to.
     *
     * @param lines the units that leave, which are reserved no more; none if the shipment changes nothing
     */
    public record Sale(Reservation after, List<StockLine> lines) {}

    /** The version of its stream: being reserved is the first event, and each sale another one. */
    public int version() {
        return 1 + shipments.size();
    }

    /** What is reserved still. */
    public List<StockLine> open() {
        var open = new ArrayList<StockLine>();
        for (int i = 0; i < lines.size(); i++) {
            int units = openUnits(i);
            if (units > 0) {
                open.add(new StockLine(lines.get(i).sku(), units));
            }
        }
        return open;
    }

    /** Why it cannot be given back as a whole; empty if it can, or was. */
    public Optional<Refusal> checkRelease() {
        return shipments.isEmpty()
                ? Optional.empty()
                : Optional.of(Refusal.of(
                        Refusals.PARTLY_SHIPPED, "Units of this reservation were shipped, so it cannot be released."));
    }

    /**
     * Lets units leave. A shipment that was counted before changes nothing, and never does more leave than is reserved
     * still: what is released or sold already has nothing to give.
     *
     * @param parcel what is in the shipment; a SKU may come twice
     */
    public Sale ship(UUID shipmentId, List<StockLine> parcel) {
        if (shipments.contains(shipmentId)) {
            return new Sale(this, List.of());
        }
        Map<String, Integer> units = new HashMap<>();
        parcel.forEach(line -> units.merge(line.sku(), line.quantity(), Integer::sum));
        var sold = new ArrayList<StockLine>();
        var shippedNow = new ArrayList<>(shipped);
        for (int i = 0; i < lines.size(); i++) {
            String sku = lines.get(i).sku();
            int leaving = Math.min(openUnits(i), units.getOrDefault(sku, 0));
            if (leaving > 0) {
                sold.add(new StockLine(sku, leaving));
                shippedNow.set(i, shipped.get(i) + leaving);
            }
        }
        return sold.isEmpty() ? new Sale(this, sold) : new Sale(after(shipmentId, shippedNow), sold);
    }

    private Reservation after(UUID shipmentId, List<Integer> shippedNow) {
        var counted = new ArrayList<>(shipments);
        counted.add(shipmentId);
        var allocated = new Reservation(id, ReservationState.ALLOCATED, lines, shippedNow, counted);
        return allocated.open().isEmpty()
                ? new Reservation(id, ReservationState.SOLD, lines, shippedNow, counted)
                : allocated;
    }

    private int openUnits(int line) {
        return state.isReserved() ? lines.get(line).quantity() - shipped.get(line) : 0;
    }
}
