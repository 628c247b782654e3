package io.trolleybus.inventory;

import io.trolleybus.chassis.Database;
import io.trolleybus.journal.Checked;
import io.trolleybus.journal.Facts;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares the stock of every SKU with what the journal says of it: what is on hand is the sum of what moved, what is
 * reserved is the sum of what was held, less what was released and sold. Stock and journal change in one transaction,
 * so in one statement they agree whatever is under way.
 *
 * <p>The sum is kept, so a comparison costs O(SKUs + events since the last one); the first on a journal that is there
 * already takes a step of it at a time.
 */
final class StockFold {
    private static final long POSITIONS_OF_A_STEP = 50_000;

    /** Sums are the same in whatever order; those events have had one shape only. */
    private static final String MOVED = """
            select sku, sum(on_hand)::bigint as on_hand, sum(reserved)::bigint as reserved
            from (
              select (data ->> 'sku') collate "C" as sku, (data ->> 'quantity')::bigint as on_hand,
                     0::bigint as reserved
              from journal where position > %1$s and position <= %2$s and type = 'StockMoved'
              union all
              select line.sku collate "C", 0,
                     line.quantity * case when type = 'StockReserved' then 1 else -1 end
              from journal, json_to_recordset(data -> 'lines') as line (sku text, quantity bigint)
              where position > %1$s and position <= %2$s and type in ('StockReserved', 'StockReleased', 'StockSold')
            ) as move
            group by sku
            """;

    /** Moves the sum on; of two that do so at once the second finds nothing to do. */
    private static final String ADD = """
            with step as (
              update subscription s set position = least(h.position, s.position + $1)
              from journal_head h
              where s.name = 'stock-fold' and s.position = $2 and s.position < h.position
              returning s.position
            ), moved as (
              %s
            ), added as (
              insert into stock_fold as f (sku, on_hand, reserved)
              select sku, on_hand, reserved from moved
              on conflict (sku) do update
              set on_hand = f.on_hand + excluded.on_hand, reserved = f.reserved + excluded.reserved
            )
            select position from step
            """.formatted(MOVED.formatted("$2", "(select position from step)"));

    private static final String BEHIND = """
            select s.position, h.position - s.position from subscription s, journal_head h where s.name = 'stock-fold'
            """;

    /** Joined from all sides, so that stock whose row is gone differs as well. */
    private static final String COMPARE =
            """
            with since as (
              select s.position as from_position, h.position as to_position
              from subscription s, journal_head h where s.name = 'stock-fold'
            ), moved as (
              %s
            )
            select s.sku, s.on_hand, s.reserved, s.expected_on_hand, s.expected_reserved
            from (
              select sku, s.on_hand, s.reserved,
                     coalesce(f.on_hand, 0) + coalesce(m.on_hand, 0) as expected_on_hand,
                     coalesce(f.reserved, 0) + coalesce(m.reserved, 0) as expected_reserved
              from stock s full join stock_fold f using (sku) full join moved m using (sku)
            ) as s
            where s.on_hand is distinct from s.expected_on_hand
               or s.reserved is distinct from s.expected_reserved
            order by s.sku limit 100
            """.formatted(MOVED.formatted("(select from_position from since)", "(select to_position from since)"));

    private static final String COUNT = "select count(*) from stock";

    private final Database database;

    StockFold(Database database) {
        this.database = database;
    }

    /** Adds what is new, and compares; while there is more than a step to add, all stock counts as in flight. */
    Future<Checked> check() {
        return database.commit(BEHIND, Tuple.tuple()).compose(rows -> {
            Row row = rows.iterator().next();
            return database.commit(ADD, Tuple.of(POSITIONS_OF_A_STEP, row.getLong(0)))
                    .compose(added -> database.commit(COUNT, Tuple.tuple()))
                    .compose(counted -> {
                        int count = counted.iterator().next().getInteger(0);
                        return row.getLong(1) > POSITIONS_OF_A_STEP
                                ? Future.succeededFuture(Checked.of(0, count, List.of(), Set.of()))
                                : compare(count);
                    });
        });
    }

    private Future<Checked> compare(int count) {
        return database.commit(COMPARE, Tuple.tuple()).map(rows -> Checked.of(count, 0, findings(rows), Set.of()));
    }

    private static List<AuditFinding> findings(RowSet<Row> rows) {
        List<AuditFinding> findings = new ArrayList<>();
        for (Row row : rows) {
            facts(row, 3)
                    .differenceOf(facts(row, 1))
                    .ifPresent(difference -> findings.add(new AuditFinding(
                            AuditKinds.STOCK_ROW, null, row.getString(0), difference.expected(), difference.found())));
        }
        return findings;
    }

    private static Facts facts(Row row, int first) {
        return new Facts().and("onHand", row.getLong(first)).and("reserved", row.getLong(first + 1));
    }
}
