package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.Reservation;
import io.trolleybus.journal.Checked;
import io.trolleybus.journal.Facts;
import io.trolleybus.journal.RowSweep;
import io.trolleybus.journal.Streams;
import io.trolleybus.journal.Streams.Told;
import io.trolleybus.journal.Sweeper;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.FindHolds;
import io.trolleybus.model.AuditMessages.Hold;
import io.trolleybus.model.AuditMessages.Holds;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.Page;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Compares what is kept for orders with its events, in one snapshot, and the stock with {@link StockFold}; tells what
 * is kept for an order, and up to where the orders were followed. For one event loop.
 */
final class HoldAudit implements Sweeper.Rows {
    /** Of the kinds of streams here only these have a row of their own that events change. */
    private static final String STRAYS = """
            select distinct j.stream
            from journal j left join reservation r on r.id = j.stream
            where j.position > $1 and j.position <= $2
              and (j.type = 'StockReserved' and r.id is null
                   or j.type = 'StockReleased' and r.state is distinct from 'RELEASED'
                   or j.type = 'StockSold' and coalesce(cardinality(r.shipments), 0) < j.version - 1)
            limit $3
            """;

    /** Of the two that follow the orders the one that is further behind. */
    private static final String FOLLOWED = """
            select min(position) from subscription where name in ('%s', '%s')
            """.formatted(OrderOutcomes.NAME, OrderShipments.NAME);

    private final Database database;
    private final Sweeper sweeper;
    private final StockFold stock;

    HoldAudit(Database database) {
        this.database = database;
        this.stock = new StockFold(database);
        var tables = List.of(new RowSweep.Table("reservation", "id"));
        this.sweeper = new Sweeper(new RowSweep(database, tables, STRAYS), this);
    }

    Future<Reply<Swept>> sweep(Call call, SweepPage page) {
        return sweeper.sweep(call, page);
    }

    Future<Reply<Holds>> find(FindHolds query) {
        if (query.orderIds().size() > Page.MAX_LIMIT) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "at most " + Page.MAX_LIMIT + " orders at a time"));
        }
        return database.snapshot(tx -> followed(tx).compose(position -> ReservationRows.find(tx, ids(query.orderIds()))
                .map(found -> Reply.done(new Holds(
                        position, found.values().stream().map(HoldAudit::hold).toList())))));
    }

    private static Future<Long> followed(SqlConnection tx) {
        return tx.preparedQuery(FOLLOWED).execute(Tuple.tuple()).map(rows -> {
            Long position = rows.iterator().next().getLong(0);
            return position == null ? 0 : position;
        });
    }

    private static UUID[] ids(List<UUID> orders) {
        return orders.toArray(UUID[]::new);
    }

    private static Hold hold(Reservation reservation) {
        return new Hold(reservation.id(), reservation.state().name(), reservation.lines(), reservation.open());
    }

    /** A hold bears the id of its order, and so does its stream. */
    @Override
    public Future<List<UUID>> streamsOf(List<UUID> orderIds) {
        return Future.succeededFuture(orderIds);
    }

    @Override
    public Future<Checked> checkFirst() {
        return stock.check();
    }

    @Override
    public Future<Checked> check(List<UUID> holds) {
        return database.snapshot(tx -> ReservationRows.find(tx, ids(holds))
                .compose(rows ->
                        Streams.read(tx, InventoryEvents.TYPES, holds).map(told -> compare(holds, rows, told))));
    }

    private static Checked compare(
            List<UUID> holds, Map<UUID, Reservation> rows, Map<UUID, Told<InventoryEvent>> told) {
        List<AuditFinding> findings = new ArrayList<>();
        Set<UUID> orders = new LinkedHashSet<>(rows.keySet());
        for (UUID id : holds) {
            Told<InventoryEvent> events = told.get(id);
            if (events == null || events.isKnown()) {
                var story = new HoldStory(events == null ? List.of() : events.events());
                Optional<Facts.Difference> difference =
                        story.facts().differenceOf(HoldStory.facts(Optional.ofNullable(rows.get(id))));
                difference.ifPresent(each ->
                        findings.add(new AuditFinding(AuditKinds.HOLD_ROW, id, null, each.expected(), each.found())));
            }
        }
        return Checked.of(rows.size(), 0, findings, orders);
    }
}
