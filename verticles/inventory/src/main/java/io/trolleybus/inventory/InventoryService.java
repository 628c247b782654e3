package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Endpoints.Handler;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.inventory.StockCommand.Release;
import io.trolleybus.inventory.StockCommand.Reserve;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.inventory.domain.StockRules;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Outcomes;
import io.trolleybus.journal.Subscription;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.FindHolds;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.FindProducts;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.GetStock;
import io.trolleybus.model.InventoryMessages.Held;
import io.trolleybus.model.InventoryMessages.ListMovements;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.ReleaseStock;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.InventoryMessages.ReserveStock;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Which address is answered by what, and who may ask. */
final class InventoryService implements Service {
    private static final Logger LOG = LogManager.getLogger(InventoryService.class);
    private static final TraceLog STORY = new TraceLog(InventoryService.class, InventoryMessages.SERVICE);
    private static final String ORDER_ID = "order.id";
    private static final long PURGE_PERIOD_MS = 3_600_000;

    private Supplier<Future<?>> stopping = Future::succeededFuture;

    @Override
    public Future<?> start(ServiceContext context) {
        var journal = new Journal<InventoryEvent>(
                context.service(), InventoryEvents.TYPES, context.vertx().eventBus(), context.meters());
        var lowStock = new LowStock(context.settings()
                .number(InventoryModule.LOW_STOCK_THRESHOLD, 0, InventoryModule.MAX_LOW_STOCK_THRESHOLD));
        var reservations = new Reservations(context, journal, lowStock);
        var products = new Products(context, journal);
        var changes = new ProductChanges(context, journal);
        var movements = new StockMovements(context, journal, lowStock);
        Predicate<Principal> operator = Principal::isOperator;
        context.endpoints()
                .serve(InventoryMessages.FIND_PRODUCTS, FindProducts.class, (call, find) -> products.find(find))
                .serve(InventoryMessages.GET_PRODUCT, GetProduct.class, (call, get) -> products.get(get))
                .serve(InventoryMessages.ADD_PRODUCT, AddProduct.class, only(operator, products::add))
                .serve(InventoryMessages.CHANGE_PRODUCT, ChangeProduct.class, only(operator, changes::change))
                .serve(InventoryMessages.GET_STOCK, GetStock.class, only(operator, (call, get) -> movements.stock(get)))
                .serve(InventoryMessages.MOVE_STOCK, MoveStock.class, only(operator, movements::move))
                .serve(
                        InventoryMessages.LIST_MOVEMENTS,
                        ListMovements.class,
                        only(operator, (call, list) -> movements.list(list)))
                .serve(
                        InventoryMessages.RESERVE,
                        ReserveStock.class,
                        only(InventoryService::isService, (call, reserve) -> reserve(reservations, call, reserve)))
                .serve(
                        InventoryMessages.RELEASE,
                        ReleaseStock.class,
                        only(InventoryService::isService, (call, release) -> release(reservations, call, release)));
        var audit = new HoldAudit(context.database());
        context.endpoints()
                .serve(AuditMessages.SWEEP_STOCK, SweepPage.class, only(InventoryService::isService, audit::sweep))
                .serve(
                        AuditMessages.FIND_HOLDS,
                        FindHolds.class,
                        only(InventoryService::isService, (call, find) -> audit.find(find)));
        journal.serveFeed(context.endpoints(), context.database().reads());
        return follow(context, reservations, journal);
    }

    /** Starts what goes on by itself. */
    private Future<?> follow(ServiceContext context, Reservations reservations, Journal<InventoryEvent> journal) {
        var overdue = new OverdueHolds(context, reservations);
        overdue.start();
        long purge = context.vertx().setPeriodic(PURGE_PERIOD_MS, tick -> Outcomes.purge(
                        context.database().reads())
                .onFailure(cause -> LOG.warn("cannot forget old outcomes, tries again in an hour", cause)));
        Subscription outcomes = OrderOutcomes.subscription(context, reservations);
        Subscription shipments = OrderShipments.subscription(context, journal);
        stopping = () -> {
            overdue.stop();
            context.vertx().cancelTimer(purge);
            return Future.join(outcomes.stop(), shipments.stop());
        };
        return Future.all(outcomes.start(), shipments.start());
    }

    @Override
    public Future<?> stop() {
        return stopping.get();
    }

    /** Holds belong to orders, which the services take and give back for themselves; no user does. */
    private static boolean isService(Principal principal) {
        return principal.name().startsWith("service:");
    }

    private static <C, R> Handler<C, R> only(Predicate<Principal> allowed, Handler<C, R> handler) {
        return (call, command) -> allowed.test(call.principal())
                ? handler.handle(call, command)
                : Future.succeededFuture(
                        Reply.refused(Refusals.FORBIDDEN, call.principal().name() + " may not do this."));
    }

    private static Future<Reply<Held>> reserve(Reservations reservations, Call call, ReserveStock command) {
        Optional<Refusal> refusal = StockRules.check(command.lines());
        if (refusal.isPresent()) {
            return Future.succeededFuture(Reply.refused(refusal.get()));
        }
        return reservations
                .reserve(new Reserve(command.reservationId(), command.lines(), call.trace()))
                .map(reply -> {
                    STORY.story(call.trace(), ORDER_ID, command.reservationId(), "reserved stock: {}", reply);
                    return reply.map(Held::new);
                });
    }

    private static Future<Reply<Released>> release(Reservations reservations, Call call, ReleaseStock command) {
        return reservations
                .release(new Release(command.reservationId(), command.reason(), call.trace()))
                .map(reply -> {
                    STORY.story(
                            call.trace(),
                            ORDER_ID,
                            command.reservationId(),
                            "released stock because of {}: {}",
                            command.reason(),
                            reply);
                    return reply.map(Released::new);
                });
    }
}
