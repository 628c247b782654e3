package io.trolleybus.order;

import io.trolleybus.journal.Projection;
import io.trolleybus.journal.Projection.Gather;
import java.util.List;
import java.util.Set;

/**
 * The read model of the sales report: a row for each product and day (UTC). An order is sold on the day when it is
 * confirmed. What is cancelled after that, and what is refunded, counts on its own day in columns of its own, so that a
 * day that is over does not change; revenue less both is what was kept. A refund names no product: the lines of its
 * order share by their totals what was refunded of it so far, and what a refund adds to their shares counts on its day.
 * A cancellation gives back what had not been refunded before.
 */
final class SalesProjection {
    static final String NAME = "sales";

    /**
     * The rows of products that sell all the time are written once for all that is gathered. Who reads the report has
     * it brought up to date before.
     */
    private static final Gather GATHER = new Gather(10_000, 30_000);

    private static final String FOLD_SOLD = """
            insert into order_sales (generation, day, sku, currency, units, revenue)
            select $1::int, (c.recorded_at at time zone 'UTC')::date, line.sku, line."lineTotal"->>'currency',
                   sum(line.quantity), sum((line."lineTotal"->>'amount')::bigint)
            from journal c
            join journal o on o.stream = c.stream and o.version = 1
            cross join lateral json_to_recordset(o.data->'lines') as line (sku text, quantity bigint, "lineTotal" json)
            where c.position > $2::bigint and c.position <= $3::bigint and c.type = 'OrderConfirmed'
            group by 2, 3, 4
            on conflict (generation, day, sku, currency) do update
              set units = order_sales.units + excluded.units, revenue = order_sales.revenue + excluded.revenue
            """;

    /** An order that is cancelled before it is confirmed was never sold. */
    private static final String FOLD_UNDONE = """
            with undone as (
              select j.stream, j.version, j.type, (j.recorded_at at time zone 'UTC')::date as day,
                     coalesce((j.data#>>'{amount,amount}')::bigint, 0) as amount,
                     (select coalesce(sum((r.data#>>'{amount,amount}')::bigint), 0)::bigint
                      from journal r
                      where r.stream = j.stream and r.version < j.version and r.type = 'RefundProcessed') as before
              from journal j
              where j.position > $2::bigint and j.position <= $3::bigint
                and (j.type = 'RefundProcessed'
                     or j.type = 'OrderCancelled' and exists (
                       select from journal c
                       where c.stream = j.stream and c.version < j.version and c.type = 'OrderConfirmed'))
            ), line as (
              select u.*, l.line->>'sku' as sku, l.line#>>'{lineTotal,currency}' as currency,
                     (l.line->>'quantity')::bigint as quantity, (l.line#>>'{lineTotal,amount}')::bigint as total,
                     (sum((l.line#>>'{lineTotal,amount}')::bigint)
                       over (partition by u.stream, u.version order by l.place))::bigint as high,
                     (o.data#>>'{total,amount}')::bigint as whole
              from undone u
              join journal o on o.stream = u.stream and o.version = 1
              cross join lateral json_array_elements(o.data->'lines') with ordinality l (line, place)
            ), shared as (
              select line.*, line_share(before, high - total, high, whole) as share_before,
                     line_share(before + amount, high - total, high, whole) as share_after
              from line
            )
            insert into order_sales (generation, day, sku, currency, cancelled_units, cancelled_revenue, refunded)
            select $1::int, day, sku, currency,
                   coalesce(sum(quantity) filter (where type = 'OrderCancelled'), 0),
                   coalesce(sum(total - share_before) filter (where type = 'OrderCancelled'), 0),
                   coalesce(sum(share_after - share_before) filter (where type = 'RefundProcessed'), 0)
            from shared
            group by day, sku, currency
            on conflict (generation, day, sku, currency) do update
              set cancelled_units = order_sales.cancelled_units + excluded.cancelled_units,
                  cancelled_revenue = order_sales.cancelled_revenue + excluded.cancelled_revenue,
                  refunded = order_sales.refunded + excluded.refunded
            """;

    private static final String SWEEP = """
            delete from order_sales where ctid = any (array(
              select ctid from order_sales where generation < $1::int limit $2::int))
            """;

    static final Projection PROJECTION = new Projection(
            NAME,
            Set.of("OrderConfirmed", "OrderCancelled", "RefundProcessed"),
            GATHER,
            List.of(FOLD_SOLD, FOLD_UNDONE),
            SWEEP);

    private SalesProjection() {}
}
