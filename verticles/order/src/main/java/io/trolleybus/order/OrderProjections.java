package io.trolleybus.order;

import io.trolleybus.journal.Projection;
import io.trolleybus.journal.Projection.Gather;
import java.util.List;
import java.util.Set;

/**
 * The order service's read models, as statements over its journal: which orders a customer has, and in which status
 * each is. {@link SalesProjection} is the third.
 */
final class OrderProjections {
    static final String BY_CUSTOMER = "orders-by-customer";
    static final String BY_STATUS = "orders-by-status";

    /** Most orders are confirmed within it; and as much of the journal a list has to look through beside its model. */
    private static final Gather GATHER = Gather.of(500);

    /** One row for each order, for good. */
    private static final String FOLD_CUSTOMERS = """
            insert into order_by_customer (generation, user_id, order_id)
            select $1::int, (data->>'userId')::uuid, stream
            from journal
            where position > $2::bigint and position <= $3::bigint and type = 'OrderCreated'
            """;

    private static final String SWEEP_CUSTOMERS = """
            delete from order_by_customer where ctid = any (array(
              select ctid from order_by_customer where generation < $1::int limit $2::int))
            """;

    /**
     * Of all that happened to an order in this stretch the last counts, so that one which is accepted and confirmed
     * within it is written once. Whether all of it is shipped is seen in its own events, which are few, and asked for
     * few.
     */
    private static final String FOLD_STATUSES = """
            insert into order_by_status (generation, order_id, status)
            select $1::int, e.stream,
                   case e.type
                     when 'OrderCreated' then 'PENDING'
                     when 'OrderConfirmed' then 'CONFIRMED'
                     when 'OrderRejected' then 'REJECTED'
                     when 'OrderCancelRequested' then 'CANCELLING'
                     when 'OrderCancelled' then 'CANCELLED'
                     when 'OrderDelivered' then 'DELIVERED'
                     when 'OrderShipped' then (
                       select case
                                when sum(case j.type when 'OrderCreated' then 1 else -1 end
                                         * (line->>'quantity')::int) = 0
                                then 'SHIPPED' else 'PARTIALLY_SHIPPED' end
                       from journal j cross join lateral json_array_elements(j.data->'lines') line
                       where j.stream = e.stream and j.position <= $3::bigint
                         and j.type in ('OrderCreated', 'OrderShipped'))
                   end
            from (
              select distinct on (stream) stream, type
              from journal
              where position > $2::bigint and position <= $3::bigint
                and type in ('OrderCreated', 'OrderConfirmed', 'OrderRejected', 'OrderCancelRequested',
                             'OrderCancelled', 'OrderShipped', 'OrderDelivered')
              order by stream, version desc
            ) e
            on conflict (generation, order_id) do update set status = excluded.status
            """;

    private static final String SWEEP_STATUSES = """
            delete from order_by_status where ctid = any (array(
              select ctid from order_by_status where generation < $1::int limit $2::int))
            """;

    static final List<Projection> ALL = List.of(
            new Projection(BY_CUSTOMER, Set.of("OrderCreated"), GATHER, List.of(FOLD_CUSTOMERS), SWEEP_CUSTOMERS),
            new Projection(
                    BY_STATUS,
                    Set.of(
                            "OrderCreated",
                            "OrderConfirmed",
                            "OrderRejected",
                            "OrderCancelRequested",
                            "OrderCancelled",
                            "OrderShipped",
                            "OrderDelivered"),
                    GATHER,
                    List.of(FOLD_STATUSES),
                    SWEEP_STATUSES),
            SalesProjection.PROJECTION);

    private OrderProjections() {}
}
