package io.trolleybus.inventory;

import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.Availability;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockReleased;
import io.trolleybus.journal.Append;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What one batch decides, gathered as the columns of the statements that write it. */
final class Decisions {
    /** The version of a reservation that is held; being released is its second event and last here. */
    private static final int RESERVED = 1;

    private final Availability availability;
    private final Map<UUID, Reply<UUID>> replies = new HashMap<>();
    private final List<Append<InventoryEvent>> appends = new ArrayList<>();
    private final List<UUID> released = new ArrayList<>();
    private final List<UUID> refused = new ArrayList<>();

    Decisions(Availability availability) {
        this.availability = availability;
    }

    void reserve(Reserve command) {
        Optional<Refusal> refusal = availability.take(command.lines());
        if (refusal.isPresent()) {
            refused.add(command.id());
            answer(command.id(), Reply.refused(refusal.get()));
        } else {
            appends.add(HoldStatement.append(command));
            answer(command.id(), Reply.done(command.id()));
        }
    }

    /** @param lines that are reserved until now */
    void release(Release command, List<StockLine> lines) {
        availability.giveBack(lines);
        released.add(command.id());
        var event = new StockReleased(command.id(), lines, command.reason());
        appends.add(new Append<>(command.id(), RESERVED, List.of(event), command.trace()));
        answer(command.id(), Reply.done(command.id()));
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

    List<Append<InventoryEvent>> appends() {
        return appends;
    }
}
