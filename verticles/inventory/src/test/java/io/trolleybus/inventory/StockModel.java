package io.trolleybus.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.OrderShipments.Shipment;
import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.Availability;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.StockMoved;
import io.trolleybus.inventory.domain.InventoryEvent.StockRanLow;
import io.trolleybus.inventory.domain.InventoryEvent.StockReleased;
import io.trolleybus.inventory.domain.InventoryEvent.StockReserved;
import io.trolleybus.inventory.domain.InventoryEvent.StockSold;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.inventory.domain.MovementKind;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.inventory.domain.ReservationState;
import io.trolleybus.journal.Append;
import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The tables as plain maps, to which what is decided is written as the statements would write it. */
final class StockModel {
    static final LowStock LOW_STOCK = new LowStock(3);

    private static final Trace TRACE = Trace.root(() -> 1L, false);

    final Map<String, Integer> onHand = new HashMap<>();
    final Map<String, Integer> reserved = new HashMap<>();
    final Map<UUID, Reservation> reservations = new HashMap<>();
    final List<NewMovement> movements = new ArrayList<>();
    final List<InventoryEvent> journal = new ArrayList<>();
    private final Map<UUID, Integer> versions = new HashMap<>();
    private long ids;

    StockModel(List<String> skus) {
        skus.forEach(sku -> {
            onHand.put(sku, 0);
            reserved.put(sku, 0);
        });
    }

    private UUID newId() {
        return new UUID(99, ++ids);
    }

    private Map<String, Integer> available() {
        var available = new HashMap<>(onHand);
        reserved.forEach((sku, units) -> available.merge(sku, -units, Integer::sum));
        return available;
    }

    void receive(String sku, int quantity) {
        int after = onHand.merge(sku, quantity, Integer::sum);
        var movement = new NewMovement(newId(), sku, quantity, MovementKind.RECEIVED, "delivery", "clerk", after);
        movements.add(movement);
        append(List.of(movement.append(TRACE)));
    }

    void reserve(UUID id, List<StockLine> lines) {
        if (reservations.containsKey(id)) {
            return;
        }
        var before = available();
        var decisions = new Decisions(new Availability(before), LOW_STOCK, this::newId);
        decisions.reserve(new Reserve(id, lines, TRACE));
        if (decisions.refused().isEmpty()) {
            var shipped = Collections.nCopies(lines.size(), 0);
            reservations.put(id, new Reservation(id, ReservationState.HELD, lines, shipped, List.of()));
        }
        write(decisions, before);
    }

    void release(UUID id) {
        Reservation present = reservations.get(id);
        if (present == null) {
            reservations.put(id, new Reservation(id, ReservationState.RELEASED, List.of(), List.of(), List.of()));
            return;
        }
        var before = available();
        var decisions = new Decisions(new Availability(before), LOW_STOCK, this::newId);
        decisions.release(new Release(id, "test", TRACE), present);
        decisions.released().forEach(released -> move(released, ReservationState.RELEASED));
        write(decisions, before);
    }

    void confirm(UUID id) {
        Reservation present = reservations.get(id);
        if (present != null && present.state() == ReservationState.HELD) {
            move(id, ReservationState.ALLOCATED);
        }
    }

    private void move(UUID id, ReservationState state) {
        reservations.computeIfPresent(
                id,
                (same, present) -> new Reservation(id, state, present.lines(), present.shipped(), present.shipments()));
    }

    /** A page of the feed, at once. */
    void ship(List<Shipment> page) {
        var sales = new Sales(reservations, onHand, this::newId);
        page.forEach(sales::ship);
        sales.outgoing().changed().forEach(changed -> reservations.put(changed.id(), changed));
        sales.outgoing().sold().forEach((sku, units) -> {
            onHand.merge(sku, -units, Integer::sum);
            reserved.merge(sku, -units, Integer::sum);
        });
        movements.addAll(sales.movements());
        append(sales.appends());
    }

    static Shipment shipment(UUID orderId, UUID id, List<StockLine> lines) {
        return new Shipment(orderId, id, lines, new UUID(7, 3), TRACE);
    }

    private void write(Decisions decisions, Map<String, Integer> before) {
        decisions.stockChanges().forEach((sku, change) -> reserved.merge(sku, change, Integer::sum));
        var appends = decisions.appends();
        append(appends);
        var told = appends.stream()
                .flatMap(append -> append.events().stream())
                .filter(StockRanLow.class::isInstance)
                .toList();
        var expected = new ArrayList<InventoryEvent>();
        available().forEach((sku, after) -> {
            if (before.get(sku) >= LOW_STOCK.threshold() && after < LOW_STOCK.threshold()) {
                expected.add(new StockRanLow(sku, after, LOW_STOCK.threshold()));
            }
        });
        assertThat(told).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Each append must be what its stream waits for, or the journal would leave it out. */
    private void append(List<Append<InventoryEvent>> appends) {
        assertThat(appends).extracting(Append::stream).doesNotHaveDuplicates();
        for (Append<InventoryEvent> append : appends) {
            assertThat(append.expectedVersion()).isEqualTo(versions.getOrDefault(append.stream(), 0));
            versions.put(
                    append.stream(), append.expectedVersion() + append.events().size());
            journal.addAll(append.events());
        }
    }

    /** Units reserved by SKU as the journal tells of them. */
    Map<String, Integer> reservedByTheJournal() {
        var told = new HashMap<String, Integer>();
        for (InventoryEvent event : journal) {
            if (event instanceof StockReserved held) {
                held.lines().forEach(line -> told.merge(line.sku(), line.quantity(), Integer::sum));
            } else if (event instanceof StockReleased released) {
                released.lines().forEach(line -> told.merge(line.sku(), -line.quantity(), Integer::sum));
            } else if (event instanceof StockSold sold) {
                sold.lines().forEach(line -> told.merge(line.sku(), -line.quantity(), Integer::sum));
            }
        }
        return told;
    }

    /** Units on hand by SKU as the journal tells of them. */
    Map<String, Integer> onHandByTheJournal() {
        var told = new HashMap<String, Integer>();
        for (InventoryEvent event : journal) {
            if (event instanceof StockMoved moved) {
                int units = told.merge(moved.sku(), moved.quantity(), Integer::sum);
                assertThat(moved.onHand()).isEqualTo(units);
            }
        }
        return told;
    }
}
