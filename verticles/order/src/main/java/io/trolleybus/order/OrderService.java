package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaRunner;
import io.trolleybus.saga.SagaVersions;
import io.trolleybus.saga.WaitingSagas;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Puts the order service together and answers for it. */
final class OrderService implements SagaLease.Holder {
    private static final Logger LOG = LogManager.getLogger(OrderService.class);
    private static final long PURGE_PERIOD_MS = 600_000;
    private static final long OVERLOOKED_PERIOD_MS = 5_000;
    private static final long NO_LINGER_MS = 0;

    private final ServiceContext context;
    private final Database database;
    private final Journal<OrderEvent> journal;
    private final OrderViews views;
    private final PriceList priceList;
    private final Subscription prices;
    private final SagaLease lease;
    private final OrderWrites batches;
    private final OrderEnds ends;
    private final SagaRunner<PlacedOrder> sagas;
    private final OrderSagaStore sagaStore;
    private final WaitingSagas waiting;
    private final PlaceOrderHandler placing;
    private long purgeTimer;
    private long overlookedTimer;

    OrderService(ServiceContext context) {
        this.context = context;
        this.database = context.database();
        this.journal = new Journal<>(
                context.service(), OrderEvents.TYPES, context.vertx().eventBus(), context.meters());
        this.views = new OrderViews(database.reads());
        this.priceList = new PriceList(database.reads());
        this.prices = new Subscription(
                context, InventoryMessages.SERVICE, PriceList.NAME, PriceList.TYPES, NO_LINGER_MS, priceList);
        this.lease = new SagaLease(context.vertx(), database, context.owner(), this);
        this.batches = new OrderWrites(database, journal, lease, context.clock());
        this.ends = new OrderEnds(context.meters().registry());
        var writes = new GroupCommit<>(context.vertx(), "order", context.meters(), this::commit);
        SagaVersions<PlacedOrder> versions = new PlaceOrderSaga(context.client()).versions();
        var span = new PlaceOrderSpan(context.tracing(), context.clock());
        this.sagaStore = new OrderSagaStore(database, writes, versions);
        this.sagas = new SagaRunner<>(
                context,
                versions,
                sagaStore,
                new SagaRunner.Identity<>(placed -> placed.order().id(), PlacedOrder::sagaVersion, PlacedOrder::trace),
                (placed, end) -> span.end(placed));
        this.waiting = new WaitingSagas(versions, sagaStore, context.meters());
        this.placing = new PlaceOrderHandler(context, batches, writes, sagas, views, priceList, prices);
    }

    Future<?> start() {
        context.endpoints()
                .serve(OrderMessages.PLACE, PlaceOrder.class, placing::place)
                .serve(OrderMessages.GET, GetOrder.class, this::get)
                .serve(OrderMessages.FIND, FindOrders.class, this::find)
                .serve(OrderMessages.EVENTS, GetEvents.class, this::events);
        journal.serveFeed(context.endpoints(), database.reads());
        purgeTimer = context.vertx().setPeriodic(PURGE_PERIOD_MS, tick -> Outcomes.purge(database.reads())
                .onFailure(cause -> LOG.warn("cannot purge old idempotency keys: {}", cause.getMessage())));
        overlookedTimer = context.vertx()
                .setPeriodic(OVERLOOKED_PERIOD_MS, tick -> sagas.resumeOverlooked(lease.owner())
                        .compose(looked -> waiting.look())
                        .onFailure(cause -> LOG.warn("cannot look for idle sagas: {}", cause.getMessage())));
        return prices.start().compose(reading -> lease.start());
    }

    Future<?> stop() {
        context.vertx().cancelTimer(purgeTimer);
        context.vertx().cancelTimer(overlookedTimer);
        sagas.stop();
        return prices.stop().compose(stopped -> lease.stop());
    }

    private Future<List<Outcome>> commit(List<OrderWrite> items) {
        var traces = items.stream().map(OrderWrite::trace).toList();
        return context.tracing()
                .aroundBatch("order.commit", traces, () -> batches.commit(items))
                .onSuccess(outcomes -> ends.count(items, outcomes));
    }

    private Future<Reply<OrderMessages.Order>> get(Call call, GetOrder query) {
        return visible(call, query.orderId())
                .map(order -> order == null ? notFound(query.orderId()) : Reply.done(OrderViews.view(order)));
    }

    private Future<Reply<OrderPage>> find(Call call, FindOrders query) {
        Principal principal = call.principal();
        UUID wanted = query.userId();
        UUID user = principal.isOperator() ? wanted : principal.userId();
        if (user == null && !principal.isOperator()) {
            return Future.succeededFuture(Reply.refused(Refusals.FORBIDDEN, "only users have orders"));
        }
        String cursor = query.page().cursor();
        try {
            return views.find(user, query, cursor == null ? null : UUID.fromString(cursor))
                    .map(Reply::done);
        } catch (IllegalArgumentException notAnId) {
            return Future.succeededFuture(Reply.refused(Refusals.INVALID, "the cursor is not one of ours"));
        }
    }

    private Future<Reply<OrderHistory>> events(Call call, GetEvents query) {
        return visible(call, query.orderId())
                .compose(order -> order == null
                        ? Future.succeededFuture(notFound(query.orderId()))
                        : journal.read(database.reads(), query.orderId())
                                .map(events -> Reply.done(new OrderHistory(events.stream()
                                        .map(recorded -> new HistoryItem(
                                                recorded.version(),
                                                recorded.type(),
                                                Json.write(recorded.event()),
                                                recorded.recordedAt()))
                                        .toList()))));
    }

    /** The order if there is one and the caller may see it. */
    private Future<@Nullable Order> visible(Call call, UUID orderId) {
        Principal principal = call.principal();
        return views.get(orderId)
                .map(order ->
                        order != null && (principal.maySee(order.userId()) || principal.isService()) ? order : null);
    }

    private static <T> Reply<T> notFound(UUID orderId) {
        return Reply.refused(Refusals.NOT_FOUND, "there is no order " + orderId);
    }

    @Override
    public void acquired() {
        sagas.resumeAll(lease.owner())
                .onFailure(cause -> LOG.warn("cannot resume the sagas yet: {}", cause.getMessage()));
    }

    @Override
    public void adopted(Set<UUID> adopted) {
        sagas.resume(lease.owner(), adopted)
                .onFailure(cause -> LOG.warn("cannot resume what was adopted yet: {}", cause.getMessage()));
    }

    @Override
    public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
        return sagaStore.adopt(tx, from, to);
    }
}
