package io.trolleybus.order;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.order.OrderWrite.Place;
import io.trolleybus.order.domain.Order;
import io.trolleybus.saga.SagaRunner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Takes an order in. Its commit is the acknowledgement; the saga begins after it, and the caller is answered at once
 * or, if it wants to wait, when the saga has ended. For one event loop.
 */
final class PlaceOrderHandler {
    /** How often an order whose saga runs elsewhere is looked at. */
    private static final long LOOK_AGAIN_MS = 500;

    private final ServiceContext context;
    private final GroupCommit<OrderWrite, Outcome> writes;
    private final SagaRunner<PlacedOrder> sagas;
    private final OrderViews views;
    private final Subscription prices;
    private final TraceLog log;
    private final Map<String, Future<Outcome>> inFlight = new HashMap<>();

    PlaceOrderHandler(
            ServiceContext context,
            GroupCommit<OrderWrite, Outcome> writes,
            SagaRunner<PlacedOrder> sagas,
            OrderViews views,
            Subscription prices) {
        this.context = context;
        this.writes = writes;
        this.sagas = sagas;
        this.views = views;
        this.prices = prices;
        this.log = new TraceLog(PlaceOrderHandler.class, context.service());
    }

    Future<Reply<OrderMessages.Order>> place(Call call, PlaceOrder command) {
        UUID userId = call.principal().userId();
        if (userId == null) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only a user places orders"));
        }
        if (sagas.isFull()) {
            return Future.failedFuture(new BusyException("too many orders under way"));
        }
        return PlaceOrderRules.check(command)
                .<Future<Reply<OrderMessages.Order>>>map(refusal -> Future.succeededFuture(Reply.refused(refusal)))
                .orElseGet(() -> accept(call, userId, command).compose(outcome -> answer(call, command, outcome)));
    }

    /** A repeat that comes while the first is being committed waits for it, and then finds its key taken. */
    private Future<Outcome> accept(Call call, UUID userId, PlaceOrder command) {
        String key = userId + "/" + command.key();
        Future<Outcome> first = inFlight.get(key);
        if (first != null) {
            return first.transform(done -> accept(call, userId, command));
        }
        Future<Outcome> accepted = write(call, userId, command)
                .compose(outcome -> isUnknownProduct(outcome)
                        ? prices.catchUp().transform(done -> write(call, userId, command))
                        : Future.succeededFuture(outcome));
        inFlight.put(key, accepted);
        return accepted.onComplete(done -> inFlight.remove(key));
    }

    private Future<Outcome> write(Call call, UUID userId, PlaceOrder command) {
        UUID orderId = context.ids().get();
        var claim = new Outcomes.Claim(userId.toString(), command.key(), Fingerprint.of(command), orderId);
        return writes.submit(new Place(orderId, context.ids().get(), userId, command, claim, call.trace()));
    }

    /** A product that was added a moment ago may not have come through the feed yet. */
    private static boolean isUnknownProduct(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused
                && refused.refusal().code().equals(Refusals.UNKNOWN_PRODUCT);
    }

    private Future<Reply<OrderMessages.Order>> answer(Call call, PlaceOrder command, Outcome outcome) {
        if (outcome instanceof Outcome.Written written) {
            PlacedOrder placed = written.subject();
            log.story(call.trace(), "order.id", placed.order().id(), "order accepted");
            Future<PlacedOrder> ended = sagas.begin(placed);
            return command.waitMs() == 0
                    ? Future.succeededFuture(reply(placed.order()))
                    : firstOf(ended, command.waitMs(), placed.order());
        }
        if (outcome instanceof Outcome.Repeated repeated) {
            return lookUntilEnded(repeated.orderId(), context.clock().millis() + command.waitMs());
        }
        if (outcome instanceof Outcome.Refused refused) {
            return Future.succeededFuture(Reply.refused(refused.refusal()));
        }
        return Future.failedFuture(new IllegalStateException("an order that is placed cannot be stale"));
    }

    private Future<Reply<OrderMessages.Order>> firstOf(Future<PlacedOrder> ended, int waitMs, Order accepted) {
        Promise<Reply<OrderMessages.Order>> answer = Promise.promise();
        long timer = context.vertx().setTimer(waitMs, tick -> answer.tryComplete(reply(accepted)));
        ended.onSuccess(placed -> {
            context.vertx().cancelTimer(timer);
            answer.tryComplete(reply(placed.order()));
        });
        return answer.future();
    }

    private Future<Reply<OrderMessages.Order>> lookUntilEnded(UUID orderId, long untilMs) {
        return views.get(orderId).compose(order -> {
            if (order == null) {
                return Future.failedFuture(new IllegalStateException("a key stands for no order: " + orderId));
            }
            long leftMs = untilMs - context.clock().millis();
            if (leftMs <= 0 || order.state().status() != OrderMessages.Status.PENDING) {
                return Future.succeededFuture(reply(order));
            }
            Future<PlacedOrder> running = sagas.running(orderId);
            if (running != null) {
                return firstOf(running, (int) leftMs, order);
            }
            Promise<Void> pause = Promise.promise();
            context.vertx().setTimer(Math.min(LOOK_AGAIN_MS, leftMs), tick -> pause.complete());
            return pause.future().compose(rested -> lookUntilEnded(orderId, untilMs));
        });
    }

    private static Reply<OrderMessages.Order> reply(Order order) {
        return Reply.done(OrderViews.view(order));
    }
}
