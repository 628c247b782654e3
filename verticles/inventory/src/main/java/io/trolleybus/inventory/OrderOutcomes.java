package io.trolleybus.inventory;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.OrderMessages;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Follows the orders: what is confirmed keeps its stock for good, what has ended otherwise gives it back. An order's id
 * is that of its reservation. An event about a reservation that is not there or released already changes nothing, so
 * events may come late or again.
 */
final class OrderOutcomes implements Subscription.Projection {
    static final String NAME = "order-outcomes";
    private static final String CONFIRMED = "OrderConfirmed";
    private static final String REJECTED = "OrderRejected";
    private static final String CANCELLED = "OrderCancelled";

    /** Nobody waits for an allocation, and a page of many costs little more than a page of one. */
    private static final long LINGER_MS = 100;

    private final Reservations reservations;
    private final RandomGenerator random;

    private OrderOutcomes(Reservations reservations, RandomGenerator random) {
        this.reservations = reservations;
        this.random = random;
    }

    static Subscription subscription(ServiceContext context, Reservations reservations) {
        return new Subscription(
                context,
                OrderMessages.SERVICE,
                NAME,
                Set.of(CONFIRMED, REJECTED, CANCELLED),
                LINGER_MS,
                new OrderOutcomes(reservations, context.random()));
    }

    @Override
    public Future<?> apply(SqlConnection tx, List<Entry> entries) {
        var confirmed = new LinkedHashSet<UUID>();
        var ended = new LinkedHashMap<UUID, Release>();
        for (Entry entry : entries) {
            if (entry.type().equals(CONFIRMED)) {
                confirmed.add(entry.stream());
            } else {
                ended.put(entry.stream(), release(entry));
            }
        }
        // An order that was confirmed and then cancelled in one page is released.
        confirmed.removeAll(ended.keySet());
        return ReservationRows.allocate(tx, confirmed)
                .compose(allocated -> reservations.releasePresent(tx, List.copyOf(ended.values())));
    }

    private Release release(Entry entry) {
        Trace trace = Trace.parse(entry.traceparent());
        return new Release(entry.stream(), entry.type(), trace == null ? Trace.root(random, false) : trace);
    }

    /**
     * Reservations do not follow from order's feed alone, so none is removed; what is applied again changes nothing.
     */
    @Override
    public Future<?> clear(SqlConnection tx) {
        return Future.succeededFuture();
    }
}
