package io.trolleybus.order;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.LastingSpan;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.order.OrderWrite.Place;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.order.domain.Pricing;
import io.trolleybus.order.domain.Pricing.Priced;
import io.trolleybus.saga.SagaRunner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private final OrderWrites batches;
    private final GroupCommit<OrderWrite, Outcome> writes;
    private final SagaRunner<PlacedOrder> sagas;
    private final OrderViews views;
    private final PriceList priceList;
    private final Subscription prices;
    private final TraceLog log;
    private final Map<String, Future<Outcome>> inFlight = new HashMap<>();

    PlaceOrderHandler(
            ServiceContext context,
            OrderWrites batches,
            GroupCommit<OrderWrite, Outcome> writes,
            SagaRunner<PlacedOrder> sagas,
            OrderViews views,
            PriceList priceList,
            Subscription prices) {
        this.context = context;
        this.batches = batches;
        this.writes = writes;
        this.sagas = sagas;
        this.views = views;
        this.priceList = priceList;
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
        var claim = new Outcomes.Claim(
                userId.toString(),
                command.key(),
                Fingerprint.of(command),
                context.ids().get());
        Future<Outcome> accepted = priced(command)
                .compose(priced -> priced.fold(
                        done -> writes.submit(place(call, userId, command, done, claim)),
                        refusal -> batches.standing(claim)
                                .map(standing -> standing.orElseGet(() -> new Outcome.Refused(refusal)))));
        inFlight.put(key, accepted);
        return accepted.onComplete(done -> inFlight.remove(key));
    }

    /** A product that was added a moment ago may not have come through the feed yet. */
    private Future<Reply<Priced>> priced(PlaceOrder command) {
        return priceNow(command)
                .compose(reply -> isUnknownProduct(reply)
                        ? prices.catchUp().transform(done -> priceNow(command))
                        : Future.succeededFuture(reply));
    }

    private Future<Reply<Priced>> priceNow(PlaceOrder command) {
        return priceList
                .of(command.lines().stream().map(LineRequest::sku).toList())
                .map(found -> Pricing.price(command.lines(), found));
    }

    private static boolean isUnknownProduct(Reply<Priced> reply) {
        return reply.fold(priced -> false, refusal -> refusal.code().equals(Refusals.UNKNOWN_PRODUCT));
    }

    private Place place(Call call, UUID userId, PlaceOrder command, Priced priced, Outcomes.Claim claim) {
        OrderEvent event = new OrderEvent.OrderCreated(
                userId, priced.lines(), priced.total(), context.ids().get());
        Instant now = context.clock().instant().truncatedTo(ChronoUnit.MICROS);
        Order order = event.applyTo(null, claim.result(), now);
        var span = LastingSpan.within(call.trace(), context.random());
        return new Place(new PlacedOrder(order, sagas.currentVersion(), command.paymentToken(), span), event, claim);
    }

    private Future<Reply<OrderMessages.Order>> answer(Call call, PlaceOrder command, Outcome outcome) {
        if (outcome instanceof Outcome.Written written) {
            PlacedOrder placed = written.subject();
            log.story(call.trace(), "order.id", placed.order().id(), "order accepted");
            Future<PlacedOrder> ended = sagas.begin(placed);
            return command.waitMs() == 0
                    ? Future.succeededFuture(reply(call, placed.order()))
                    : firstOf(call, ended, command.waitMs(), placed.order());
        }
        if (outcome instanceof Outcome.Repeated repeated) {
            return lookUntilEnded(call, repeated.orderId(), context.clock().millis() + command.waitMs());
        }
        if (outcome instanceof Outcome.Refused refused) {
            return Future.succeededFuture(Reply.refused(refused.refusal()));
        }
        return Future.failedFuture(new IllegalStateException("an order that is placed cannot be stale"));
    }

    private Future<Reply<OrderMessages.Order>> firstOf(
            Call call, Future<PlacedOrder> ended, int waitMs, Order accepted) {
        Promise<Order> answer = Promise.promise();
        long timer = context.vertx().setTimer(waitMs, tick -> views.get(accepted.id())
                .onComplete(
                        now -> answer.tryComplete(now.succeeded() && now.result() != null ? now.result() : accepted)));
        ended.onSuccess(placed -> {
            context.vertx().cancelTimer(timer);
            answer.tryComplete(placed.order());
        });
        return answer.future().map(order -> reply(call, order));
    }

    private Future<Reply<OrderMessages.Order>> lookUntilEnded(Call call, UUID orderId, long untilMs) {
        return views.get(orderId).compose(order -> {
            if (order == null) {
                return Future.failedFuture(new IllegalStateException("a key stands for no order: " + orderId));
            }
            long leftMs = untilMs - context.clock().millis();
            if (leftMs <= 0 || order.state().status() != OrderMessages.Status.PENDING) {
                return Future.succeededFuture(reply(call, order));
            }
            Future<PlacedOrder> running = sagas.running(orderId);
            if (running != null) {
                return firstOf(call, running, (int) leftMs, order);
            }
            Promise<Void> pause = Promise.promise();
            context.vertx().setTimer(Math.min(LOOK_AGAIN_MS, leftMs), tick -> pause.complete());
            return pause.future().compose(rested -> lookUntilEnded(call, orderId, untilMs));
        });
    }

    private static Reply<OrderMessages.Order> reply(Call call, Order order) {
        return Reply.done(OrderViews.view(order, call.principal()));
    }
}
