package io.trolleybus.inventory.domain;

import io.trolleybus.inventory.domain.Reservation.Sale;
import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the shipments of one page take out of reservations and stock, in the order in which they left. What is on hand
 * falls together with what is reserved, so what can still be had stays as it is.
 *
 * <p>Not thread-safe.
 */
public final class Outgoing {
    private final Map<UUID, Reservation> reservations;
    private final Map<String, Integer> onHand;
    private final Map<UUID, Reservation> changed = new LinkedHashMap<>();
    private final Map<String, Integer> sold = new TreeMap<>();

    /** @param onHand units by SKU, of all SKUs of the reservations */
    public Outgoing(Map<UUID, Reservation> reservations, Map<String, Integer> onHand) {
        this.reservations = new HashMap<>(reservations);
        this.onHand = new HashMap<>(onHand);
    }

    /**
     * Units that leave.
     *
     * @param onHand units that are there afterwards
     */
    public record Leaving(String sku, int quantity, int onHand) {}

    /** @return nothing if the reservation is not there, or has nothing of it to give, or the shipment was counted */
    public List<Leaving> ship(UUID reservationId, UUID shipmentId, List<StockLine> parcel) {
        Reservation reservation = reservations.get(reservationId);
        if (reservation == null) {
            return List.of();
        }
        Sale sale = reservation.ship(shipmentId, parcel);
        var leaving = new ArrayList<Leaving>();
        for (StockLine line : sale.lines()) {
            int left = onHand.merge(line.sku(), -line.quantity(), Integer::sum);
            sold.merge(line.sku(), line.quantity(), Integer::sum);
            leaving.add(new Leaving(line.sku(), line.quantity(), left));
        }
        if (!leaving.isEmpty()) {
            reservations.put(reservationId, sale.after());
            changed.put(reservationId, sale.after());
        }
        return leaving;
    }

    /** The reservations of which something left, as they are now. */
    public Collection<Reservation> changed() {
        return changed.values();
    }

    /** Units that left by SKU. */
    public Map<String, Integer> sold() {
        return sold;
    }
}
