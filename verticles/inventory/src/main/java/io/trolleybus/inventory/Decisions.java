package io.trolleybus.inventory;

import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.Availability;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockRanLow;
import io.trolleybus.inventory.domain.InventoryEvent.StockReleased;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.journal.Append;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** What one batch decides, gathered as the columns of the statements that write it. */
final class Decisions {
    private static final int NEW = 0;

    private final Availability availability;
    private final LowStock lowStock;
    private final Supplier<UUID> ids;
    private final Map<UUID, Reply<UUID>> replies = new HashMap<>();
    private final List<Append<InventoryEvent>> appends = new ArrayList<>();
    private final List<UUID> released = new ArrayList<>();
    private final List<UUID> refused = new ArrayList<>();
    private final Map<String, Trace> takers = new HashMap<>();

    /** @param ids for the streams of what runs low */
    Decisions(Availability availability, LowStock lowStock, Supplier<UUID> ids) {
        this.availability = availability;
        this.lowStock = lowStock;
        this.ids = ids;
    }

    void reserve(Reserve command) {
        Optional<Refusal> refusal = availability.take(command.lines());
        if (refusal.isPresent()) {
            refused.add(command.id());
            answer(command.id(), Reply.refused(refusal.get()));
        } else {
            appends.add(HoldStatement.append(command));
            command.lines().forEach(line -> takers.put(line.sku(), command.trace()));
            answer(command.id(), Reply.done(command.id()));
        }
    }

    void release(Release command, Reservation present) {
        Optional<Refusal> refusal = present.checkRelease();
        List<StockLine> lines = present.open();
        if (refusal.isPresent()) {
            answer(command.id(), Reply.refused(refusal.get()));
        } else {
            if (!lines.isEmpty()) {
                availability.giveBack(lines);
                released.add(command.id());
                var event = new StockReleased(command.id(), lines, command.reason());
                appends.add(new Append<>(command.id(), present.version(), List.of(event), command.trace()));
            }
            answer(command.id(), Reply.done(command.id()));
        }
    }

    /** For a command that changes nothing. */
    void answer(UUID id, Reply<UUID> reply) {
        replies.put(id, reply);
    }

    Map<UUID, Reply<UUID>> replies() {
        return replies;
    }

    Map<String, Integer> stockChanges() {
        return availability.changes();
    }

    /** Units by SKU that can still be had, of the SKUs of this batch. */
    Map<String, Integer> left() {
        return availability.left();
    }

    List<UUID> released() {
        return released;
    }

    /** Those whose claims are to be taken back. */
    List<UUID> refused() {
        return refused;
    }

    /** All events, once everything is decided; to be called once. */
    List<Append<InventoryEvent>> appends() {
        for (StockRanLow event : availability.ranLow(lowStock)) {
            Trace taker = Objects.requireNonNull(takers.get(event.sku()), "nothing runs low that nobody took");
            appends.add(new Append<>(ids.get(), NEW, List.of(event), taker));
        }
        return appends;
    }
}
