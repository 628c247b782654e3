package io.trolleybus.journal;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FindRecent;
import io.trolleybus.model.FeedMessages.RecentEvents;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What happened in a journal lately. Each question has an index, so that none looks through the journal. */
final class Recent {
    private static final int MAX_EVENTS = 500;

    static final String STREAM_OF_ORDER = "select $1::uuid";

    private static final String ALL = "select " + Feed.COLUMNS + " from journal order by position desc limit $1";

    private static final String OF_TRACE = "select " + Feed.COLUMNS + """
             from journal where traceparent is not null and substr(traceparent, 4, 32) = $1
            order by position desc limit $2
            """;

    /** An order's streams have few events each, so that sorting them costs little. */
    private static final String OF_ORDER = "select " + Feed.COLUMNS + """
             from journal where stream in (%s) and ($2::text is null or substr(traceparent, 4, 32) = $2)
            order by position desc limit $3
            """;

    private final EventTypes<?> types;
    private final SqlClient client;
    private final String ofOrder;

    /** @param streamsOfOrder a query for the streams that are about the order {@code $1} */
    Recent(EventTypes<?> types, SqlClient client, String streamsOfOrder) {
        this.types = types;
        this.client = client;
        this.ofOrder = OF_ORDER.formatted(streamsOfOrder);
    }

    Future<Reply<RecentEvents>> find(Call call, FindRecent query) {
        if (!call.principal().isOperator() && !call.principal().isService()) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.FORBIDDEN, "only operators may see everybody's events"));
        }
        if (query.limit() < 1 || query.limit() > MAX_EVENTS) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "limit must be 1 to " + MAX_EVENTS + ", not " + query.limit()));
        }
        return rows(query).map(rows -> {
            List<Entry> items = new ArrayList<>(rows.size());
            rows.forEach(row -> items.add(Feed.entry(types, row)));
            return Reply.done(new RecentEvents(items));
        });
    }

    private Future<RowSet<Row>> rows(FindRecent query) {
        UUID order = query.orderId();
        String trace = query.traceId();
        if (order != null) {
            return client.preparedQuery(ofOrder).execute(Tuple.of(order, trace, query.limit()));
        }
        return trace == null
                ? client.preparedQuery(ALL).execute(Tuple.of(query.limit()))
                : client.preparedQuery(OF_TRACE).execute(Tuple.of(trace, query.limit()));
    }
}
