package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.EventTypes;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What orders do to their holds: through order's real feed, and when asked about. */
class OrderOutcomesTest {
    private static final List<String> JOURNAL = List.of("io/trolleybus/journal/migrations");

    /** Order's events as far as they matter here. */
    sealed interface OrderEvent {
        record OrderConfirmed() implements OrderEvent {}

        record OrderRejected() implements OrderEvent {}

        record OrderCancelled() implements OrderEvent {}
    }

    private static final EventTypes<OrderEvent> TYPES = new EventTypes<OrderEvent>()
            .add("OrderConfirmed", OrderEvent.OrderConfirmed.class)
            .add("OrderRejected", OrderEvent.OrderRejected.class)
            .add("OrderCancelled", OrderEvent.OrderCancelled.class);

    private final Map<UUID, Status> orders = new ConcurrentHashMap<>();
    private Shop shop;
    private TestService order;

    @BeforeEach
    void open() {
        shop = new Shop();
        order = shop.platform.deploy("order", JOURNAL, this::order);
        shop.add("bell", 10);
    }

    @AfterEach
    void close() {
        assertThat(shop.leaks()).isEmpty();
        shop.close();
    }

    private Future<?> order(ServiceContext context) {
        journal(context).serveFeed(context.endpoints(), context.database().reads());
        context.endpoints().serve(OrderMessages.GET, GetOrder.class, this::get);
        return Future.succeededFuture();
    }

    private static Journal<OrderEvent> journal(ServiceContext context) {
        return new Journal<>("order", TYPES, context.vertx().eventBus(), context.meters());
    }

    private Future<Reply<Order>> get(Call call, GetOrder get) {
        Status status = orders.get(get.orderId());
        return Future.succeededFuture(
                status == null || !call.principal().maySee(new UUID(0, 0))
                        ? Reply.refused(Refusals.NOT_FOUND, "There is no such order.")
                        : Reply.done(order(get.orderId(), status)));
    }

    private static Order order(UUID id, Status status) {
        return new Order(
                id,
                "1",
                new UUID(0, 0),
                status,
                List.of(),
                Money.zero("EUR"),
                null,
                null,
                null,
                List.of(),
                List.of(),
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of());
    }

    private void happens(UUID id, int version, OrderEvent event) {
        Futures.await(order.onLoop(context -> {
            Journal<OrderEvent> journal = journal(context);
            var append = new Append<>(id, version, List.of(event), Trace.root(context.random(), false));
            return context.database()
                    .transaction(tx -> journal.append(tx, List.of(append)))
                    .onSuccess(journal::nudge);
        }));
    }

    private UUID held(int quantity) {
        UUID id = shop.newId();
        result(shop.reserve(id, "bell", quantity));
        return id;
    }

    private void awaitState(UUID id, String state) {
        await().untilAsserted(() -> assertThat(shop.state(id)).isEqualTo(state));
    }

    @Test
    void aConfirmedOrderKeepsItsStock() {
        UUID id = held(3);

        happens(id, 0, new OrderEvent.OrderConfirmed());

        awaitState(id, "ALLOCATED");
        assertThat(shop.stock("bell").reserved()).isEqualTo(3);
        assertThat(result(shop.reserve(id, "bell", 3)).reservationId()).isEqualTo(id);
    }

    @Test
    void aRejectedOrderGivesItsStockBack() {
        UUID id = held(3);

        happens(id, 0, new OrderEvent.OrderRejected());

        awaitState(id, "RELEASED");
        assertThat(shop.stock("bell").reserved()).isZero();
        assertThat(shop.events(id)).containsExactly("StockReserved", "StockReleased");
    }

    @Test
    void aCancelledOrderGivesItsAllocationBack() {
        UUID id = held(3);
        happens(id, 0, new OrderEvent.OrderConfirmed());
        awaitState(id, "ALLOCATED");

        happens(id, 1, new OrderEvent.OrderCancelled());

        awaitState(id, "RELEASED");
        assertThat(shop.stock("bell").reserved()).isZero();
    }

    @Test
    void whatHappenedWhileInventoryWasAwayIsCaughtUpWith() {
        UUID confirmed = held(1);
        UUID cancelled = held(2);
        shop.inventory.stop();
        happens(confirmed, 0, new OrderEvent.OrderConfirmed());
        happens(cancelled, 0, new OrderEvent.OrderConfirmed());
        happens(cancelled, 1, new OrderEvent.OrderCancelled());

        shop.inventory.start();

        awaitState(confirmed, "ALLOCATED");
        awaitState(cancelled, "RELEASED");
        assertThat(shop.stock("bell").reserved()).isEqualTo(1);
    }

    @Test
    void anEventThatComesAfterTheReleaseChangesNothing() {
        UUID released = held(3);
        shop.release(released);
        UUID held = held(1);

        happens(released, 0, new OrderEvent.OrderConfirmed());
        happens(shop.newId(), 0, new OrderEvent.OrderRejected());
        happens(held, 0, new OrderEvent.OrderConfirmed());

        awaitState(held, "ALLOCATED");
        assertThat(shop.state(released)).isEqualTo("RELEASED");
        assertThat(shop.events(released)).containsExactly("StockReserved", "StockReleased");
        assertThat(shop.stock("bell").reserved()).isEqualTo(1);
    }

    private void sweep() {
        Futures.await(shop.inventory.onLoop(context -> {
            var journal = new Journal<InventoryEvent>(
                    "inventory", InventoryEvents.TYPES, context.vertx().eventBus(), context.meters());
            return new OverdueHolds(context, new Reservations(context, journal))
                    .sweep()
                    .mapEmpty();
        }));
    }

    private UUID overdue() {
        UUID id = held(1);
        shop.inventory
                .database()
                .execute("update reservation set held_at = held_at - interval '601 seconds' where id = ?", id);
        return id;
    }

    @Test
    void aHoldPastItsTimeBecomesWhatItsOrderHasBecome() {
        UUID unknown = overdue();
        UUID pending = overdue();
        orders.put(pending, Status.PENDING);
        UUID confirmed = overdue();
        orders.put(confirmed, Status.CONFIRMED);
        UUID rejected = overdue();
        orders.put(rejected, Status.REJECTED);
        UUID young = held(1);

        sweep();

        assertThat(shop.state(unknown)).isEqualTo("RELEASED");
        assertThat(shop.state(pending)).isEqualTo("HELD");
        assertThat(shop.state(confirmed)).isEqualTo("ALLOCATED");
        assertThat(shop.state(rejected)).isEqualTo("RELEASED");
        assertThat(shop.state(young)).isEqualTo("HELD");
        assertThat(shop.stock("bell").reserved()).isEqualTo(3);
        assertThat(refusal(shop.reserve(unknown, "bell", 1)).code()).isEqualTo(Refusals.RELEASED);
    }

    @Test
    void aHoldWhoseOrderTakesLongIsAskedAboutAgainUntilItEnds() {
        UUID id = overdue();
        orders.put(id, Status.PENDING);
        sweep();
        sweep();
        assertThat(shop.state(id)).isEqualTo("HELD");

        orders.put(id, Status.REJECTED);
        shop.inventory.database().execute("update overdue_hold set checked_at = checked_at - interval '1 hour'");
        sweep();
        assertThat(shop.state(id)).isEqualTo("RELEASED");

        sweep();
        assertThat(shop.inventory.database().number("select count(*) from overdue_hold"))
                .isZero();
    }

    @Test
    void aHoldIsKeptWhileOrderIsSilent() {
        UUID id = overdue();
        order.stop();

        sweep();

        assertThat(shop.state(id)).isEqualTo("HELD");
    }
}
