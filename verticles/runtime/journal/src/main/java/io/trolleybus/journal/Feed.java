package io.trolleybus.journal;

import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.model.FeedMessages.ReadFeed;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** A journal as others read it. */
final class Feed {
    /** However few of the events are wanted, one page looks through no more of the journal than this. */
    static final long MAX_STRETCH = 10_000;

    static final String COLUMNS =
            "position, stream, version, type, schema_version, data::text, traceparent, recorded_at";

    private static final String FEED = "select " + COLUMNS + """
             from journal where position > $1 and position <= $2 and (cardinality($3::text[]) = 0 or type = any ($3))
            order by position limit $4
            """;

    private static final String HEAD = "select position from journal_head";

    private final EventTypes<?> types;
    private final SqlClient client;

    Feed(EventTypes<?> types, SqlClient client) {
        this.types = types;
        this.client = client;
    }

    /**
     * Entries after a position, in commit order. The head is read before the entries, so that everything up to it is
     * visible when they are. A page cut short by its limit reaches to its own last entry only, and none reaches further
     * than {@link #MAX_STRETCH}.
     */
    Future<Reply<FeedPage>> read(ReadFeed read) {
        if (read.limit() < 1 || read.limit() > Journal.MAX_FEED_PAGE) {
            return Future.succeededFuture(Reply.refused(
                    Refusals.INVALID, "limit must be 1 to " + Journal.MAX_FEED_PAGE + ", not " + read.limit()));
        }
        return head(client)
                .compose(head -> head <= read.after()
                        ? Future.succeededFuture(new FeedPage(List.of(), read.after(), head))
                        : page(read, head))
                .map(Reply::done);
    }

    /** Where the journal ends: everything up to there is visible to whoever reads it afterwards. */
    static Future<Long> head(SqlClient client) {
        return client.query(HEAD).execute().map(rows -> rows.iterator().next().getLong(0));
    }

    private Future<FeedPage> page(ReadFeed read, long head) {
        long through = Math.min(head, read.after() + MAX_STRETCH);
        var wanted = Tuple.tuple()
                .addLong(read.after())
                .addLong(through)
                .addValue(read.types().toArray(String[]::new))
                .addInteger(read.limit());
        return client.preparedQuery(FEED).execute(wanted).map(rows -> {
            var entries = new ArrayList<Entry>(rows.size());
            rows.forEach(row -> entries.add(entry(row)));
            boolean full = entries.size() == read.limit();
            return new FeedPage(entries, full ? entries.get(entries.size() - 1).position() : through, head);
        });
    }

    private Entry entry(Row row) {
        return entry(types, row);
    }

    /** Of a row with {@link #COLUMNS}. */
    static Entry entry(EventTypes<?> types, Row row) {
        var stored = new EventTypes.Stored(row.getString(3), row.getInteger(4), row.getString(5));
        String traceparent = row.getString(6);
        return new Entry(
                row.getLong(0),
                row.getUUID(1),
                row.getInteger(2),
                stored.type(),
                types.upcastIfKnown(stored),
                traceparent == null ? "" : traceparent,
                Journal.instant(row, 7));
    }
}
