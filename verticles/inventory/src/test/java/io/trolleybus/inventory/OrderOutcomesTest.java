package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.LowStock;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.testkit.Futures;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What orders do to their holds: through order's real feed, and when asked about. */
class OrderOutcomesTest {
    private Shop shop;
    private Orders orders;

    @BeforeEach
    void open() {
        shop = new Shop();
        orders = new Orders(shop.platform);
        shop.add("bell", 10);
    }

    @AfterEach
    void close() {
        assertThat(shop.leaks()).isEmpty();
        shop.close();
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

        orders.happens(id, new Orders.Event.OrderConfirmed());

        awaitState(id, "ALLOCATED");
        assertThat(shop.stock("bell").reserved()).isEqualTo(3);
        assertThat(result(shop.reserve(id, "bell", 3)).reservationId()).isEqualTo(id);
    }

    @Test
    void aRejectedOrderGivesItsStockBack() {
        UUID id = held(3);

        orders.happens(id, new Orders.Event.OrderRejected());

        awaitState(id, "RELEASED");
        assertThat(shop.stock("bell").reserved()).isZero();
        assertThat(shop.events(id)).containsExactly("StockReserved", "StockReleased");
    }

    @Test
    void aCancelledOrderGivesItsAllocationBack() {
        UUID id = held(3);
        orders.happens(id, new Orders.Event.OrderConfirmed());
        awaitState(id, "ALLOCATED");

        orders.happens(id, new Orders.Event.OrderCancelled());

        awaitState(id, "RELEASED");
        assertThat(shop.stock("bell").reserved()).isZero();
    }

    @Test
    void aReleasedAllocationIsGivenBackAndNotTakenAgainByALateConfirmation() {
        UUID allocated = held(3);
        orders.happens(allocated, new Orders.Event.OrderConfirmed());
        awaitState(allocated, "ALLOCATED");
        UUID late = held(2);

        result(shop.release(allocated));
        result(shop.release(late));
        orders.happens(late, new Orders.Event.OrderConfirmed());
        orders.happens(allocated, new Orders.Event.OrderCancelled());
        UUID last = held(1);
        orders.happens(last, new Orders.Event.OrderConfirmed());

        awaitState(last, "ALLOCATED");
        assertThat(shop.state(allocated)).isEqualTo("RELEASED");
        assertThat(shop.state(late)).isEqualTo("RELEASED");
        assertThat(shop.events(allocated)).containsExactly("StockReserved", "StockReleased");
        assertThat(shop.stock("bell").reserved()).isEqualTo(1);
    }

    @Test
    void whatHappenedWhileInventoryWasAwayIsCaughtUpWith() {
        UUID confirmed = held(1);
        UUID cancelled = held(2);
        shop.inventory.stop();
        orders.happens(confirmed, new Orders.Event.OrderConfirmed());
        orders.happens(cancelled, new Orders.Event.OrderConfirmed());
        orders.happens(cancelled, new Orders.Event.OrderCancelled());

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

        orders.happens(released, new Orders.Event.OrderConfirmed());
        orders.happens(shop.newId(), new Orders.Event.OrderRejected());
        orders.happens(held, new Orders.Event.OrderConfirmed());

        awaitState(held, "ALLOCATED");
        assertThat(shop.state(released)).isEqualTo("RELEASED");
        assertThat(shop.events(released)).containsExactly("StockReserved", "StockReleased");
        assertThat(shop.stock("bell").reserved()).isEqualTo(1);
    }

    private void sweep() {
        Futures.await(shop.inventory.onLoop(context -> {
            var journal = new Journal<InventoryEvent>(
                    "inventory", InventoryEvents.TYPES, context.vertx().eventBus(), context.meters());
            return new OverdueHolds(context, new Reservations(context, journal, new LowStock(0)))
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
        orders.states.put(pending, Status.PENDING);
        UUID confirmed = overdue();
        orders.states.put(confirmed, Status.CONFIRMED);
        UUID rejected = overdue();
        orders.states.put(rejected, Status.REJECTED);
        UUID cancelling = overdue();
        orders.states.put(cancelling, Status.CANCELLING);
        UUID cancelled = overdue();
        orders.states.put(cancelled, Status.CANCELLED);
        UUID young = held(1);

        sweep();

        assertThat(shop.state(unknown)).isEqualTo("RELEASED");
        assertThat(shop.state(pending)).isEqualTo("HELD");
        assertThat(shop.state(confirmed)).isEqualTo("ALLOCATED");
        assertThat(shop.state(rejected)).isEqualTo("RELEASED");
        assertThat(shop.state(cancelling)).isEqualTo("HELD");
        assertThat(shop.state(cancelled)).isEqualTo("RELEASED");
        assertThat(shop.state(young)).isEqualTo("HELD");
        assertThat(shop.stock("bell").reserved()).isEqualTo(4);
        assertThat(refusal(shop.reserve(unknown, "bell", 1)).code()).isEqualTo(Refusals.RELEASED);
    }

    @Test
    void aHoldWhoseOrderTakesLongIsAskedAboutAgainUntilItEnds() {
        UUID id = overdue();
        orders.states.put(id, Status.PENDING);
        sweep();
        sweep();
        assertThat(shop.state(id)).isEqualTo("HELD");

        orders.states.put(id, Status.REJECTED);
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
        orders.service.stop();

        sweep();

        assertThat(shop.state(id)).isEqualTo("HELD");
    }
}
