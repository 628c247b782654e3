package io.trolleybus.inventory;

import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockReleased;
import io.trolleybus.inventory.domain.InventoryEvent.StockReserved;
import io.trolleybus.inventory.domain.InventoryEvent.StockSold;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.journal.Facts;
import io.trolleybus.journal.Recorded;
import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is kept for an order as its events tell it. That it is allocated they do not tell: it follows from the order's.
 * A hold that was refused before it came has neither lines nor events.
 */
final class HoldStory {
    private final Map<String, Integer> reserved = new TreeMap<>();
    private final Map<String, Integer> open = new TreeMap<>();

    HoldStory(List<Recorded<InventoryEvent>> events) {
        for (Recorded<InventoryEvent> recorded : events) {
            if (recorded.event() instanceof StockReserved held) {
                add(reserved, held.lines(), 1);
                add(open, held.lines(), 1);
            } else if (recorded.event() instanceof StockReleased released) {
                add(open, released.lines(), -1);
            } else if (recorded.event() instanceof StockSold sold) {
                add(open, sold.lines(), -1);
            }
        }
    }

    private static void add(Map<String, Integer> units, List<StockLine> lines, int sign) {
        lines.forEach(line -> units.merge(line.sku(), sign * line.quantity(), Integer::sum));
        units.values().removeIf(quantity -> quantity == 0);
    }

    Facts facts() {
        return facts(reserved, open);
    }

    /** The same of a row; one that is not there keeps nothing. */
    static Facts facts(Optional<Reservation> row) {
        Map<String, Integer> reserved = new TreeMap<>();
        Map<String, Integer> open = new TreeMap<>();
        row.ifPresent(reservation -> {
            add(reserved, reservation.lines(), 1);
            add(open, reservation.open(), 1);
        });
        return facts(reserved, open);
    }

    private static Facts facts(Map<String, Integer> reserved, Map<String, Integer> open) {
        return new Facts().and("reserved", reserved).and("open", open);
    }
}
