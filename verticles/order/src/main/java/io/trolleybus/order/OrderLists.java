package io.trolleybus.order;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Projection;
import io.trolleybus.journal.Projections;
import io.trolleybus.journal.Projections.Seen;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lists of orders, newest first. Which orders are in a list a projection says; each order as it is now is read with the
 * same statement, so that no list shows an order in a status that it has left.
 */
final class OrderLists {
    /** Above every id. */
    private static final UUID NO_CURSOR = new UUID(-1, -1);

    private static final String OF_ALL = "select " + OrderRows.COLUMNS + """
            from orders where id < $1 order by id desc limit $2
            """;

    private static final String OF_CUSTOMER =
            """
            select v.*, f.position, f.head from %s f left join lateral (
              select %s
              from (select c.order_id as listed from order_by_customer c
                    where c.generation = f.live and c.user_id = $1::uuid and c.order_id < $3::uuid) l
              join orders on id = l.listed
              where $2::text is null or status = $2
              order by l.listed desc limit $4::int
            ) v on true
            """.formatted(Projection.reading(OrderProjections.BY_CUSTOMER), OrderRows.COLUMNS);

    private static final String IN_STATUS =
            """
            select v.*, f.position, f.head from %s f left join lateral (
              select %s
              from (select s.order_id as listed from order_by_status s
                    where s.generation = f.live and s.status = $1::text and s.order_id < $2::uuid) l
              join orders on id = l.listed
              where status = $1
              order by l.listed desc limit $3::int
            ) v on true
            """.formatted(Projection.reading(OrderProjections.BY_STATUS), OrderRows.COLUMNS);

    private static final int POSITION_COLUMN = OrderRows.COLUMN_COUNT;
    private static final int HEAD_COLUMN = OrderRows.COLUMN_COUNT + 1;

    private final Projections projections;
    private final SqlClient client;

    OrderLists(Projections projections, SqlClient client) {
        this.projections = projections;
        this.client = client;
    }

    /** Of one user, or with null of everybody. */
    Future<OrderPage> find(@Nullable UUID userId, FindOrders wanted, @Nullable UUID cursor, Principal reader) {
        Status status = wanted.status();
        String name = status == null ? null : status.name();
        UUID before = cursor == null ? NO_CURSOR : cursor;
        int limit = wanted.page().limit();
        if (userId != null) {
            Tuple parameters = Tuple.of(userId, name, before, limit + 1);
            return find(OrderProjections.BY_CUSTOMER, OF_CUSTOMER, parameters, limit, reader);
        }
        if (name != null) {
            return find(OrderProjections.BY_STATUS, IN_STATUS, Tuple.of(name, before, limit + 1), limit, reader);
        }
        return client.preparedQuery(OF_ALL).execute(Tuple.of(before, limit + 1)).map(rows -> page(rows, limit, reader));
    }

    private Future<OrderPage> find(String projection, String sql, Tuple parameters, int limit, Principal reader) {
        return projections.read(
                projection, () -> client.preparedQuery(sql).execute(parameters).map(rows -> {
                    for (Row row : rows) {
                        return new Seen<>(
                                page(rows, limit, reader), row.getLong(POSITION_COLUMN), row.getLong(HEAD_COLUMN));
                    }
                    throw new UnavailableException(projection + " is being made");
                }));
    }

    private static OrderPage page(RowSet<Row> rows, int limit, Principal reader) {
        List<OrderMessages.Order> items = new ArrayList<>(rows.size());
        for (Row row : rows) {
            // A list without orders still says how far its projection has come.
            if (row.getUUID(0) != null) {
                items.add(OrderViews.view(OrderRows.order(row), reader));
            }
        }
        if (items.size() <= limit) {
            return new OrderPage(items, null);
        }
        var page = items.subList(0, limit);
        return new OrderPage(page, page.get(limit - 1).id().toString());
    }
}
