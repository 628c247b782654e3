package io.trolleybus.inventory;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.Availability;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.inventory.domain.ReservationState;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Holds and releases stock for orders, what arrives while the last commit is under way together. As long as there is
 * plenty, and nothing runs low, a batch is one statement that holds everything. Else, and whenever the database refuses
 * that, it is decided in order of arrival, in one transaction of two round trips. In the first a reservation's row is
 * claimed by inserting it, so that of two instances with the same reservation one waits for the other, and the stock is
 * locked; in the second the decisions are written.
 *
 * <p>Every transaction locks reservations first, then stock, then the head of the journal, each in the order of its
 * keys, so that none waits for another in a circle.
 *
 * <p>For one event loop.
 */
final class Reservations {
    private static final String[] NO_SKUS = {};
    private static final Set<String> HELD = Set.of(InventoryEvents.STOCK_RESERVED);

    private final Database database;
    private final Journal<InventoryEvent> journal;
    private final ServiceContext context;
    private final LowStock lowStock;
    private final StockSeen seen;
    private final GroupCommit<StockCommand, Reply<UUID>> commits;

    private record Committed(Decisions decisions, Appended appended) {}

    Reservations(ServiceContext context, Journal<InventoryEvent> journal, LowStock lowStock) {
        this.context = context;
        this.lowStock = lowStock;
        this.database = context.database();
        this.journal = journal;
        this.seen = new StockSeen(database.reads(), lowStock);
        this.commits = new GroupCommit<>(context.vertx(), "inventory.stock", context.meters(), this::commit);
    }

    /** Answers the id, or why nothing was held. */
    Future<Reply<UUID>> reserve(Reserve command) {
        return commits.submit(command);
    }

    /** Answers the id, or that something of it was shipped. */
    Future<Reply<UUID>> release(Release command) {
        return commits.submit(command);
    }

    /**
     * Releases, within the caller's transaction, those that are there and reserved as a whole; for orders that have
     * ended, whose reservations come no more. Readers of the feed hear of it with the next nudge or look.
     *
     * @param items with distinct ids
     */
    Future<?> releasePresent(SqlConnection tx, List<Release> items) {
        if (items.isEmpty()) {
            return Future.succeededFuture();
        }
        var ids = items.stream().map(Release::id).toArray(UUID[]::new);
        Future<Map<UUID, Reservation>> present = ReservationRows.lock(tx, ids);
        Future<Availability> stock = StockRows.lock(tx, NO_SKUS, ids);
        return Future.all(present, stock)
                .compose(all -> write(tx, decide(items, new Locked(present.result(), stock.result()))));
    }

    private Future<List<Reply<UUID>>> commit(List<StockCommand> items) {
        return context.tracing()
                .aroundBatch(
                        "inventory.commit",
                        items.stream().map(StockCommand::trace).toList(),
                        () -> commitInTurns(items));
    }

    /**
     * A reservation that is named twice in a batch gets its commands in turn, the first of each together. If a later
     * one fails, the earlier are repeated, which finds them done.
     */
    private Future<List<Reply<UUID>>> commitInTurns(List<StockCommand> items) {
        var first = new LinkedHashMap<UUID, StockCommand>();
        var later = new ArrayList<StockCommand>();
        for (StockCommand item : items) {
            if (first.putIfAbsent(item.id(), item) != null) {
                later.add(item);
            }
        }
        Future<Map<UUID, Reply<UUID>>> committed = commitDistinct(List.copyOf(first.values()));
        if (later.isEmpty()) {
            return committed.map(replies ->
                    items.stream().map(item -> replies.get(item.id())).toList());
        }
        return committed.compose(replies -> commitInTurns(later).map(more -> {
            var rest = new ArrayDeque<>(more);
            return items.stream()
                    .map(item -> first.get(item.id()) == item ? replies.get(item.id()) : rest.remove())
                    .toList();
        }));
    }

    private Future<Map<UUID, Reply<UUID>>> commitDistinct(List<StockCommand> items) {
        List<Reserve> holds = items.stream()
                .filter(Reserve.class::isInstance)
                .map(Reserve.class::cast)
                .toList();
        return holds.size() < items.size()
                ? commitDecided(items)
                : seen.covers(wanted(holds)).compose(plenty -> plenty ? holdAll(holds) : commitDecided(items));
    }

    private static Map<String, Integer> wanted(List<Reserve> holds) {
        var wanted = new HashMap<String, Integer>();
        holds.forEach(hold -> hold.lines().forEach(line -> wanted.merge(line.sku(), line.quantity(), Integer::sum)));
        return wanted;
    }

    /** Reservations that were there before are left to a look at what became of them. */
    private Future<Map<UUID, Reply<UUID>>> holdAll(List<Reserve> holds) {
        return database.commit(HoldStatement.SQL, HoldStatement.parameters(holds, lowStock, journal))
                .map(HoldStatement::result)
                .compose(result -> {
                    seen.saw(result.available());
                    journal.nudge(result.position(), result.held().isEmpty() ? Set.of() : HELD);
                    Map<UUID, Reply<UUID>> replies = new HashMap<>();
                    result.held().forEach(id -> replies.put(id, Reply.done(id)));
                    var present = holds.stream()
                            .filter(hold -> !replies.containsKey(hold.id()))
                            .toList();
                    return present.isEmpty()
                            ? Future.succeededFuture(replies)
                            : commitDecided(present).map(more -> {
                                replies.putAll(more);
                                return replies;
                            });
                })
                .recover(cause -> Database.wasRolledBack(cause) ? commitDecided(holds) : Future.failedFuture(cause));
    }

    private Future<Map<UUID, Reply<UUID>>> commitDecided(List<? extends StockCommand> items) {
        return database.transaction(tx -> lock(tx, items).compose(locked -> {
                    Decisions decisions = decide(items, locked);
                    return write(tx, decisions).map(appended -> new Committed(decisions, appended));
                }))
                .map(committed -> {
                    journal.nudge(committed.appended);
                    seen.saw(committed.decisions.left());
                    return committed.decisions.replies();
                });
    }

    /**
     * What a batch knows once it has locked all it needs: which reservations were there before it, and what there is.
     */
    private record Locked(Map<UUID, Reservation> present, Availability availability) {}

    private static Future<Locked> lock(SqlConnection tx, List<? extends StockCommand> items) {
        var released = items.stream()
                .filter(Release.class::isInstance)
                .map(StockCommand::id)
                .toArray(UUID[]::new);
        Future<Set<UUID>> claimed = ReservationRows.claim(tx, items);
        Future<Map<UUID, Reservation>> present = ReservationRows.lock(tx, released);
        Future<Availability> stock = StockRows.lock(tx, skus(items), released);
        return Future.all(claimed, present, stock).compose(all -> {
            var locked = new Locked(present.result(), stock.result());
            var repeated = items.stream()
                    .filter(item -> item instanceof Reserve && !claimed.result().contains(item.id()))
                    .map(StockCommand::id)
                    .toArray(UUID[]::new);
            return repeated.length == 0
                    ? Future.succeededFuture(locked)
                    : ReservationRows.find(tx, repeated).map(found -> {
                        locked.present.putAll(found);
                        return locked;
                    });
        });
    }

    private static String[] skus(List<? extends StockCommand> items) {
        return items.stream()
                .filter(Reserve.class::isInstance)
                .flatMap(item -> ((Reserve) item).lines().stream())
                .map(line -> line.sku())
                .distinct()
                .toArray(String[]::new);
    }

    private Decisions decide(List<? extends StockCommand> items, Locked locked) {
        var decisions = new Decisions(locked.availability, lowStock, context.ids());
        for (StockCommand item : items) {
            Reservation present = locked.present.get(item.id());
            if (item instanceof Reserve reserve) {
                if (present == null) {
                    decisions.reserve(reserve);
                } else {
                    decisions.answer(item.id(), again(present));
                }
            } else if (item instanceof Release release) {
                if (present == null) {
                    decisions.answer(item.id(), Reply.done(item.id()));
                } else {
                    decisions.release(release, present);
                }
            }
        }
        return decisions;
    }

    /** The answer to a reservation that is there already. */
    private static Reply<UUID> again(Reservation present) {
        return present.state() == ReservationState.RELEASED
                ? Reply.refused(Refusal.of(Refusals.RELEASED, "The reservation was released before."))
                : Reply.done(present.id());
    }

    private Future<Appended> write(SqlConnection tx, Decisions decisions) {
        Future<?> stock = StockRows.changeReserved(tx, decisions.stockChanges());
        Future<?> released = ReservationRows.release(tx, decisions.released());
        Future<?> refused = ReservationRows.unclaim(tx, decisions.refused());
        Future<Appended> appended = journal.append(tx, decisions.appends());
        return Future.all(stock, released, refused, appended).map(all -> appended.result());
    }
}
