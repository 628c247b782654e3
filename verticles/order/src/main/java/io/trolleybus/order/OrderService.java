package io.trolleybus.order;

import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.journal.Projections;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.GetAudit;
import io.trolleybus.model.AuditMessages.Reconcile;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.CancelOrder;
import io.trolleybus.model.OrderMessages.DeliverOrder;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.ShipOrder;
import io.trolleybus.model.Principal;
import io.trolleybus.model.ProjectionMessages;
import io.trolleybus.model.ProjectionMessages.FindProjections;
import io.trolleybus.model.ProjectionMessages.RebuildProjection;
import io.trolleybus.model.SagaMessages;
import io.trolleybus.model.SagaMessages.CompensateSaga;
import io.trolleybus.model.SagaMessages.FindSagas;
import io.trolleybus.model.SagaMessages.GetSaga;
import io.trolleybus.model.SagaMessages.RetrySaga;
import io.trolleybus.model.SalesMessages;
import io.trolleybus.model.SalesMessages.FindSales;
import io.trolleybus.order.OrderWrite.Outcome;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.saga.SagaLease;
import io.trolleybus.saga.SagaRunner;
import io.trolleybus.saga.SagaVersions;
import io.trolleybus.saga.WaitingSagas;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Puts the order service together and answers for it. */
final class OrderService implements SagaLease.Holder {
    private static final Logger LOG = LogManager.getLogger(OrderService.class);
    private static final long PURGE_PERIOD_MS = 600_000;
    private static final long OVERLOOKED_PERIOD_MS = 5_000;
    private static final long NO_LINGER_MS = 0;
    private static final int NEVER = 0;

    private final ServiceContext context;
    private final Database database;
    private final Journal<OrderEvent> journal;
    private final PriceList priceList;
    private final Subscription prices;
    private final SagaLease lease;
    private final OrderWrites batches;
    private final OrderEnds ends;
    private final SagaRunner<PlacedOrder> sagas;
    private final OrderSagaStore sagaStore;
    private final WaitingSagas waiting;
    private final PlaceOrderHandler placing;
    private final DeskSagas deskSagas;
    private final OrderDeskHandler desk;
    private final OrderQueries queries;
    private final SagaDesk sagaDesk;
    private final AuditConductor audit;
    private final Reconciling reconciling;
    private final Projections projections;
    private final SalesReports sales;
    private long purgeTimer;
    private long overlookedTimer;

    OrderService(ServiceContext context) {
        this.context = context;
        this.database = context.database();
        this.journal = new Journal<>(
                context.service(), OrderEvents.TYPES, context.vertx().eventBus(), context.meters());
        var views = new OrderViews(database.reads());
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
        var orderDesk = new OrderDesk(database, journal, context.clock());
        this.deskSagas = new DeskSagas(context, lease, orderDesk, ends);
        this.desk = new OrderDeskHandler(context, orderDesk, deskSagas);
        List<SagaDesk.Kind> kinds = new ArrayList<>(deskSagas.forOperators());
        kinds.add(new SagaDesk.Kind(versions, sagas, sagaStore));
        this.sagaDesk = new SagaDesk(database, lease, orderDesk, kinds);
        this.projections = new Projections(context, OrderProjections.ALL);
        var lists = new OrderLists(database.reads());
        this.queries = new OrderQueries(views, lists, journal, database.reads());
        this.sales = new SalesReports(projections, database.reads());
        var auditStore = new AuditStore(database.reads(), context.owner());
        this.reconciling = new Reconciling(
                auditStore, context.client(), database, orderDesk, Principal.service(context.service()));
        this.audit = new AuditConductor(
                context,
                auditStore,
                Duration.ofSeconds(context.settings()
                        .numberOr(OrderModule.AUDIT_PERIOD, 1, OrderModule.MAX_AUDIT_PERIOD_SECONDS, NEVER)));
    }

    Future<?> start() {
        context.endpoints()
                .serve(OrderMessages.PLACE, PlaceOrder.class, placing::place)
                .serve(OrderMessages.GET, GetOrder.class, queries::get)
                .serve(OrderMessages.FIND, FindOrders.class, queries::find)
                .serve(OrderMessages.EVENTS, GetEvents.class, queries::events)
                .serve(OrderMessages.CANCEL, CancelOrder.class, desk::cancel)
                .serve(OrderMessages.SHIP, ShipOrder.class, desk::ship)
                .serve(OrderMessages.DELIVER, DeliverOrder.class, desk::deliver)
                .serve(OrderMessages.REFUND, RefundOrder.class, desk::refund)
                .serve(SagaMessages.FIND, FindSagas.class, sagaDesk::find)
                .serve(SagaMessages.GET, GetSaga.class, sagaDesk::get)
                .serve(SagaMessages.RETRY, RetrySaga.class, sagaDesk::retry)
                .serve(SagaMessages.COMPENSATE, CompensateSaga.class, sagaDesk::compensate)
                .serve(AuditMessages.GET, GetAudit.class, audit::get)
                .serve(AuditMessages.RECONCILE, Reconcile.class, reconciling::reconcile)
                .serve(ProjectionMessages.FIND, FindProjections.class, projections::find)
                .serve(ProjectionMessages.REBUILD, RebuildProjection.class, projections::rebuild)
                .serve(SalesMessages.FIND, FindSales.class, sales::find);
        journal.serveFeed(context.endpoints(), database.reads());
        purgeTimer = context.vertx().setPeriodic(PURGE_PERIOD_MS, tick -> Outcomes.purge(database.reads())
                .onFailure(cause -> LOG.warn("cannot purge old idempotency keys: {}", cause.getMessage())));
        overlookedTimer = context.vertx()
                .setPeriodic(OVERLOOKED_PERIOD_MS, tick -> sagas.resumeOverlooked(lease.owner())
                        .compose(looked -> waiting.look())
                        .compose(looked -> deskSagas.lookAfter(lease.owner()))
                        .onFailure(cause -> LOG.warn("cannot look for idle sagas: {}", cause.getMessage())));
        return Future.all(prices.start(), projections.start())
                .compose(reading -> lease.start())
                .onSuccess(held -> audit.start());
    }

    Future<?> stop() {
        context.vertx().cancelTimer(purgeTimer);
        context.vertx().cancelTimer(overlookedTimer);
        sagas.stop();
        deskSagas.stop();
        return audit.stop()
                .transform(ended -> Future.join(prices.stop(), projections.stop()))
                .compose(stopped -> lease.stop());
    }

    private Future<List<Outcome>> commit(List<OrderWrite> items) {
        var traces = items.stream().map(OrderWrite::trace).toList();
        return context.tracing()
                .aroundBatch("order.commit", traces, () -> batches.commit(items))
                .onSuccess(outcomes -> ends.count(items, outcomes));
    }

    @Override
    public void acquired() {
        Future.join(sagas.resumeAll(lease.owner()), deskSagas.resumeAll(lease.owner()))
                .onFailure(cause -> LOG.warn("cannot resume the sagas yet: {}", cause.getMessage()));
    }

    @Override
    public void adopted(Set<UUID> adopted) {
        Future.join(sagas.resume(lease.owner(), adopted), deskSagas.resume(lease.owner(), adopted))
                .onFailure(cause -> LOG.warn("cannot resume what was adopted yet: {}", cause.getMessage()));
    }

    @Override
    public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
        return sagaStore.adopt(tx, from, to).compose(placed -> deskSagas
                .adopt(tx, from, to)
                .map(others -> Stream.concat(placed.stream(), others.stream()).collect(Collectors.toSet())));
    }
}
