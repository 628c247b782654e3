package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Projection;
import io.trolleybus.journal.Projections;
import io.trolleybus.journal.Projections.Seen;
import io.trolleybus.model.Money;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.SalesMessages.FindSales;
import io.trolleybus.model.SalesMessages.ProductSales;
import io.trolleybus.model.SalesMessages.SalesPage;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was sold, for operators. */
final class SalesReports {
    private static final int MAX_DAYS = 366;
    private static final String BETWEEN = "~";

    private static final String FIND =
            "select f.position, f.head, v.* from " + Projection.reading(SalesProjection.NAME) + """
             f left join lateral (
              select s.day, s.sku, s.currency, s.units, s.revenue, s.cancelled_units, s.cancelled_revenue, s.refunded
              from order_sales s
              where s.generation = f.live and s.day >= $1::date and s.day <= $2::date
                and (s.day, s.sku, s.currency) > ($3::date, $4::text, $5::text)
              order by s.day, s.sku, s.currency
              limit $6::int
            ) v on true
            """;

    private final Projections projections;
    private final SqlClient client;

    SalesReports(Projections projections, SqlClient client) {
        this.projections = projections;
        this.client = client;
    }

    /** After which row a page begins. */
    private record Cursor(LocalDate day, String sku, String currency) {
        /** @throws IllegalArgumentException if it is not one of ours */
        static Cursor parse(@Nullable String text, LocalDate from) {
            if (text == null) {
                return new Cursor(from, "", "");
            }
            String[] parts = text.split(BETWEEN, -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("the cursor is not one of ours");
            }
            return new Cursor(dayOf(parts[0], "the cursor's day"), parts[1], parts[2]);
        }
    }

    Future<Reply<SalesPage>> find(Call call, FindSales query) {
        if (!call.principal().isOperator()) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only operators see what was sold"));
        }
        try {
            LocalDate from = dayOf(query.from(), "from");
            LocalDate to = dayOf(query.to(), "to");
            if (to.isBefore(from)) {
                return invalid("to must not be before from");
            }
            if (ChronoUnit.DAYS.between(from, to) >= MAX_DAYS) {
                return invalid("from and to may be " + MAX_DAYS + " days at most");
            }
            return find(
                    from,
                    to,
                    Cursor.parse(query.page().cursor(), from),
                    query.page().limit());
        } catch (IllegalArgumentException notUnderstood) {
            return invalid(String.valueOf(notUnderstood.getMessage()));
        }
    }

    private static LocalDate dayOf(String text, String what) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException notADay) {
            throw new IllegalArgumentException(what + " must be a day such as 2026-01-31", notADay);
        }
    }

    private static <T> Future<Reply<T>> invalid(String why) {
        return Future.succeededFuture(Reply.refused(Refusals.INVALID, why));
    }

    private Future<Reply<SalesPage>> find(LocalDate from, LocalDate to, Cursor after, int limit) {
        var parameters = Tuple.of(from, to, after.day, after.sku, after.currency, limit + 1);
        return projections
                .read(
                        SalesProjection.NAME,
                        () -> client.preparedQuery(FIND).execute(parameters).map(rows -> seen(rows, limit)))
                .map(Reply::done);
    }

    private static Seen<SalesPage> seen(RowSet<Row> rows, int limit) {
        List<ProductSales> items = new ArrayList<>();
        long position = 0;
        long head = 0;
        for (Row row : rows) {
            position = row.getLong(0);
            head = row.getLong(1);
            if (row.getLocalDate(2) != null) {
                items.add(sales(row));
            }
        }
        if (rows.size() == 0) {
            throw new UnavailableException(SalesProjection.NAME + " is being made");
        }
        return new Seen<>(page(items, limit), position, head);
    }

    private static ProductSales sales(Row row) {
        String currency = row.getString(4);
        return new ProductSales(
                row.getLocalDate(2).toString(),
                row.getString(3),
                row.getLong(5),
                new Money(row.getLong(6), currency),
                row.getLong(7),
                new Money(row.getLong(8), currency),
                new Money(row.getLong(9), currency));
    }

    private static SalesPage page(List<ProductSales> items, int limit) {
        if (items.size() <= limit) {
            return new SalesPage(items, null);
        }
        List<ProductSales> page = items.subList(0, limit);
        ProductSales last = page.get(limit - 1);
        return new SalesPage(
                page,
                String.join(BETWEEN, last.day(), last.sku(), last.revenue().currency()));
    }
}
