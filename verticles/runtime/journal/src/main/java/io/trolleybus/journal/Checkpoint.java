package io.trolleybus.journal;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * How far a subscription has come, and who reads for it: a row in the reader's own database.
 *
 * <p>The position advances by compare-and-set, which is what keeps an entry from being applied twice. The claim to read
 * only saves several readers from doing the same work; it lasts five seconds by the clock of the database. For one
 * event loop.
 */
final class Checkpoint {
    private static final String REGISTER =
            "insert into subscription (name, position) values ($1, 0) on conflict (name) do nothing";

    private static final String POSITION = "select position from subscription where name = $1";

    /** Renews the claim of whoever has it, since this row is locked to claims as long as the page is applied. */
    static final String ADVANCE = """
            update subscription
            set position = $3, read_until = case when reader = $4 then now() + interval '5 seconds' else read_until end
            where name = $1 and position = $2
            """;

    private static final String REWIND = "update subscription set position = 0 where name = $1";

    /**
     * Claims unless somebody else reads. Waiting would hold up everything that is sent on the same connection. So not
     * for the row's lock, which is held while a page is applied: nothing is claimed or lost meanwhile. And not for the
     * disk: a claim that a crash undoes is claimed again.
     */
    private static final String CLAIM = """
            with free as (
              select position, reader, read_until from subscription where name = $1 for update skip locked
            ), claimed as (
              update subscription set reader = $2, read_until = now() + interval '5 seconds'
              where name = $1
                and exists (select from free where reader = $2 or read_until is null or read_until < now())
              returning name
            )
            select coalesce((select position from free), position), exists (select from claimed),
                   exists (select from free), set_config('synchronous_commit', 'off', true)
            from subscription where name = $1
            """;

    private static final String GIVE_UP = "update subscription set read_until = null where name = $1 and reader = $2";

    private final SqlClient client;
    private final String name;
    private final String owner;
    private boolean claimed;
    private boolean givenUp;
    private Future<Long> claiming = Future.succeededFuture();

    Checkpoint(SqlClient client, String name, String owner) {
        this.client = client;
        this.name = name;
        this.owner = owner;
    }

    /** Makes the row if this is the first time. */
    Future<?> register() {
        return client.preparedQuery(REGISTER).execute(Tuple.of(name));
    }

    /** Fails as {@link Retired} if the row is gone. */
    Future<Long> position() {
        return client.preparedQuery(POSITION).execute(Tuple.of(name)).map(rows -> only(rows)
                .getLong(0));
    }

    /** Moves on, unless another reader has. @return whether it did */
    Future<Boolean> advance(SqlConnection tx, long from, long to) {
        return tx.preparedQuery(ADVANCE)
                .execute(Tuple.of(name, from, to, owner))
                .map(advanced -> advanced.rowCount() == 1);
    }

    /** Back to the beginning of the feed. */
    Future<?> rewind(SqlConnection tx) {
        return tx.preparedQuery(REWIND).execute(Tuple.of(name));
    }

    /**
     * Claims to read, or claims again; one claim at a time. Fails as {@link Retired} if the row is gone.
     *
     * @return the position, whoever reads
     */
    Future<Long> claim() {
        if (givenUp) {
            return position();
        }
        if (claiming.isComplete()) {
            claiming = client.preparedQuery(CLAIM)
                    .execute(Tuple.of(name, owner))
                    .map(rows -> {
                        Row row = only(rows);
                        if (row.getBoolean(2)) {
                            claimed = row.getBoolean(1);
                        }
                        return row.getLong(0);
                    });
        }
        return claiming;
    }

    /** Whether this owner is the one that reads. */
    boolean isClaimed() {
        return claimed;
    }

    /** Lets another read at once, and claims no more; a claim under way is waited for, since it would come after. */
    Future<Void> giveUp() {
        givenUp = true;
        return claiming.transform(claimedOrNot -> client.preparedQuery(GIVE_UP).execute(Tuple.of(name, owner)))
                .onSuccess(gone -> claimed = false)
                .mapEmpty();
    }

    @Override
    public String toString() {
        return name;
    }

    private Row only(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw new Retired(name);
        }
        return rows.iterator().next();
    }
}
