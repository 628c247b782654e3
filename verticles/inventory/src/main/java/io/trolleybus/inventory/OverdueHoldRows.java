package io.trolleybus.inventory;

import io.trolleybus.chassis.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Finds the holds that are past their time. Every stretch of time is looked through once, by one instance, and what is
 * found overdue is put aside, so that the cost does not grow with the number of reservations, nor with a hold that
 * stays overdue for long.
 */
final class OverdueHoldRows {
    /** The stretch of time to look through next, which belongs to this transaction until it ends. */
    private static final String LOCK_WATCH = """
            select watched_through, greatest(watched_through, now() - $1 * interval '1 millisecond')
            from hold_watch for update
            """;

    /**
     * A hold is committed within seconds of its time, long before it is overdue, so none is missed. The bounds are
     * parameters, so that the planner sees how short the stretch is.
     */
    private static final String COLLECT = """
            insert into overdue_hold (reservation_id, checked_at)
            select id, '-infinity'
            from reservation where held_at >= $1 and held_at < $2 and state = 'HELD'
            on conflict (reservation_id) do nothing
            """;

    private static final String ADVANCE_WATCH = "update hold_watch set watched_through = $1";

    private static final String FORGET_SETTLED = """
            delete from overdue_hold o using reservation r
            where r.id = o.reservation_id and r.state <> 'HELD'
            """;

    /**
     * Those that were not looked at for longest; another instance at the same time gets others. As an array, the
     * limited choice is made once; as a joined subquery it might be made anew for each row.
     */
    private static final String NEXT_PAGE = """
            update overdue_hold set checked_at = now()
            where reservation_id = any (array(
              select reservation_id from overdue_hold
              where checked_at < now() - $2 * interval '1 millisecond'
              order by checked_at limit $1 for update skip locked))
            returning reservation_id
            """;

    private OverdueHoldRows() {}

    /** Puts aside what has become overdue since the last time. */
    static Future<?> collect(Database database, long maxHoldMs) {
        return database.transaction(tx -> tx.preparedQuery(LOCK_WATCH)
                .execute(Tuple.of((double) maxHoldMs))
                .compose(locked -> {
                    Row stretch = locked.iterator().next();
                    OffsetDateTime until = stretch.getOffsetDateTime(1);
                    return Future.all(
                            tx.preparedQuery(COLLECT).execute(Tuple.of(stretch.getOffsetDateTime(0), until)),
                            tx.preparedQuery(ADVANCE_WATCH).execute(Tuple.of(until)));
                })
                .mapEmpty());
    }

    /** The next holds to ask about, not among those asked about within the given time. */
    static Future<List<UUID>> next(Database database, int limit, long askAgainMs) {
        return database.transaction(tx -> {
            Future<?> forgotten = tx.query(FORGET_SETTLED).execute();
            Future<List<UUID>> page = nextPage(tx, limit, askAgainMs);
            return Future.all(forgotten, page).compose(all -> page);
        });
    }

    private static Future<List<UUID>> nextPage(SqlConnection tx, int limit, long askAgainMs) {
        return tx.preparedQuery(NEXT_PAGE)
                .execute(Tuple.of(limit, (double) askAgainMs))
                .map(rows -> {
                    var ids = new ArrayList<UUID>();
                    for (Row row : rows) {
                        ids.add(row.getUUID(0));
                    }
                    return ids;
                });
    }
}
