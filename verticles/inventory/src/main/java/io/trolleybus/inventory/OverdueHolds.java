package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.inventory.domain.HoldVerdict;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.Principal;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Asks the order service about holds that are past their time, so that none is leaked when both the release and the
 * order's own event were lost or never sent. A hold is never released because of its age alone: its order may be
 * waiting for its payment. Each release leaves a tombstone, so that a reservation which is still on its way comes to
 * nothing.
 *
 * <p>For one event loop.
 */
final class OverdueHolds {
    /** Longer than an order takes unless something is wrong. */
    static final long MAX_HOLD_MS = 600_000;

    private static final Logger LOG = LogManager.getLogger(OverdueHolds.class);
    private static final long PERIOD_MS = 30_000;
    private static final long ASK_AGAIN_MS = 60_000;
    private static final int PAGE = 100;
    private static final long ASK_LIMIT_MS = 5_000;
    private static final String REASON = "the hold is past its time and its order has ended or is not known";

    private final ServiceContext context;
    private final Reservations reservations;
    private final Principal self;
    private long timer;
    private boolean stopped;

    private record Judged(UUID id, HoldVerdict verdict) {}

    OverdueHolds(ServiceContext context, Reservations reservations) {
        this.context = context;
        this.reservations = reservations;
        // As an operator, since to anyone else an order that is not his own is not found.
        this.self = new Principal(Principal.service(context.service()).name(), List.of(Principal.OPERATOR));
    }

    /** Looks again and again, at times that differ from instance to instance. */
    void start() {
        if (!stopped) {
            long pauseMs = PERIOD_MS / 2 + context.random().nextLong(PERIOD_MS);
            timer = context.vertx().setTimer(pauseMs, tick -> sweep().onFailure(
                            cause -> LOG.debug("looks for overdue holds again later: {}", cause.getMessage()))
                    .eventually(() -> {
                        start();
                        return Future.succeededFuture();
                    }));
        }
    }

    void stop() {
        stopped = true;
        context.vertx().cancelTimer(timer);
    }

    /** Completes when what is overdue now, up to a page of it, is settled as far as the orders' states are known. */
    Future<?> sweep() {
        return OverdueHoldRows.collect(context.database(), MAX_HOLD_MS)
                .compose(collected -> OverdueHoldRows.next(context.database(), PAGE, ASK_AGAIN_MS))
                .compose(this::judge)
                .compose(this::settle);
    }

    private Future<List<Judged>> judge(List<UUID> overdue) {
        var verdicts = overdue.stream().map(this::judge).toList();
        return Future.join(verdicts).map(all -> all.<Judged>list());
    }

    /** An order whose state cannot be had keeps its hold. */
    private Future<Judged> judge(UUID id) {
        var call = new Call(
                context.ids().get(),
                context.clock().millis() + ASK_LIMIT_MS,
                Trace.root(context.random(), false),
                self);
        return context.client()
                .call(OrderMessages.GET, call, new GetOrder(id), Order.class)
                .map(HoldVerdict::of)
                .otherwise(HoldVerdict.KEEP)
                .map(verdict -> new Judged(id, verdict));
    }

    private Future<?> settle(List<Judged> judged) {
        var settled = new ArrayList<Future<?>>();
        List<UUID> confirmed = with(HoldVerdict.ALLOCATE, judged);
        if (!confirmed.isEmpty()) {
            settled.add(context.database()
                    .transaction(tx -> ReservationRows.allocate(tx, confirmed).mapEmpty()));
        }
        List<UUID> ended = with(HoldVerdict.RELEASE, judged);
        if (!ended.isEmpty()) {
            LOG.warn("releasing {} overdue holds whose orders have ended or are not known: {}", ended.size(), ended);
            Trace trace = Trace.root(context.random(), false);
            ended.forEach(id -> settled.add(reservations.release(new Release(id, REASON, trace))));
        }
        return Future.join(settled);
    }

    private static List<UUID> with(HoldVerdict verdict, List<Judged> judged) {
        return judged.stream()
                .filter(each -> each.verdict == verdict)
                .map(Judged::id)
                .toList();
    }
}
