package io.trolleybus.order;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Projection;
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
 * Lists of orders, newest first. Which orders may be in a list its projection says, and the end of the journal that the
 * projection has not come to yet: so a list is never behind, however far that is. Each order as it is now is read with
 * the same statement, so that no list shows an order in a status that it has left.
 */
final class OrderLists {
    /** Above every id. */
    private static final UUID NO_CURSOR = new UUID(-1, -1);

    private static final String OF_ALL = "select " + OrderRows.COLUMNS + """
            from orders where id < $1 order by id desc limit $2
            """;

    /** What the projection may lack. With both bounds, or the planner takes it for a third of the journal. */
    private static final String NOT_PROJECTED =
            "journal j join orders o on o.id = j.stream where j.position > f.position and j.position <= f.head";

    /**
     * Of what the projection says. Not joined, or the planner goes through all orders, newest first, and looks up what
     * the projection says of each.
     */
    private static final String STATUS_NOW = "(select o.status from orders o where o.id = %s.order_id)";

    static final String OF_CUSTOMER =
            list(OrderProjections.BY_CUSTOMER, """
            select * from (
              select c.order_id from order_by_customer c
              where c.generation = f.live and c.user_id = $1::uuid and c.order_id < $2::uuid
                and ($4::text is null or %s = $4)
              order by c.order_id desc limit $3::int
            ) projected
            union
            select o.id from %s
              and j.type = 'OrderCreated' and o.user_id = $1 and o.id < $2 and ($4 is null or o.status = $4)
            """.formatted(STATUS_NOW.formatted("c"), NOT_PROJECTED));

    static final String IN_STATUS =
            list(OrderProjections.BY_STATUS, """
            select * from (
              select s.order_id from order_by_status s
              where s.generation = f.live and s.status = $1::text and s.order_id < $2::uuid and %s = $1
              order by s.order_id desc limit $3::int
            ) projected
            union
            select o.id from %s
              and o.status = $1 and o.id < $2
            """.formatted(STATUS_NOW.formatted("s"), NOT_PROJECTED));

    /** @param ids before the cursor {@code $2}, as far as they matter for a list of {@code $3} */
    private static String list(String projection, String ids) {
        return """
                select v.* from %s f left join lateral (
                  select %s from (%s) l (listed) join orders on id = listed
                  order by id desc limit $3
                ) v on true
                """.formatted(Projection.reading(projection), OrderRows.COLUMNS, ids);
    }

    private final SqlClient client;

    OrderLists(SqlClient client) {
        this.client = client;
    }

    /** Of one user, or with null of everybody. */
    Future<OrderPage> find(@Nullable UUID userId, FindOrders wanted, @Nullable UUID cursor, Principal reader) {
        Status status = wanted.status();
        String name = status == null ? null : status.name();
        UUID before = cursor == null ? NO_CURSOR : cursor;
        int limit = wanted.page().limit();
        if (userId != null) {
            return projected(OF_CUSTOMER, Tuple.of(userId, before, limit + 1, name), limit, reader);
        }
        if (name != null) {
            return projected(IN_STATUS, Tuple.of(name, before, limit + 1), limit, reader);
        }
        return client.preparedQuery(OF_ALL).execute(Tuple.of(before, limit + 1)).map(rows -> page(rows, limit, reader));
    }

    private Future<OrderPage> projected(String sql, Tuple parameters, int limit, Principal reader) {
        return client.preparedQuery(sql).execute(parameters).map(rows -> {
            if (rows.size() == 0) {
                throw new UnavailableException("the projection of this list is being made");
            }
            return page(rows, limit, reader);
        });
    }

    private static OrderPage page(RowSet<Row> rows, int limit, Principal reader) {
        List<OrderMessages.Order> items = new ArrayList<>(rows.size());
        for (Row row : rows) {
            // A list without orders still says that there is a projection.
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
