package io.trolleybus.inventory;

import static io.trolleybus.inventory.Orders.shipped;
import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.inventory.Orders.Event;
import io.trolleybus.inventory.Orders.Event.OrderCancelled;
import io.trolleybus.inventory.Orders.Event.OrderConfirmed;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves with the shipments of orders, through order's real feed. */
class OrderShipmentsTest {
    private Shop shop;
    private Orders orders;

    @BeforeEach
    void open() {
        shop = new Shop();
        orders = new Orders(shop.platform);
        shop.add("bell", 10);
        shop.add("pole", 10);
    }

    @AfterEach
    void close() {
        assertThat(shop.leaks()).isEmpty();
        assertThat(shop.imbalances()).isEmpty();
        shop.close();
    }

    private static StockLine line(String sku, int quantity) {
        return new StockLine(sku, quantity);
    }

    private UUID held(StockLine... lines) {
        UUID id = shop.newId();
        result(Futures.await(shop.sendReserve(id, List.of(lines))));
        return id;
    }

    private UUID confirmed(StockLine... lines) {
        UUID id = held(lines);
        orders.happens(id, new OrderConfirmed());
        return id;
    }

    private void awaitAllIsRead() {
        await().untilAsserted(() -> assertThat(shop.inventory
                        .database()
                        .number("select min(position) from subscription where name like 'order-%'"))
                .isEqualTo(orders.position()));
    }

    private void readAllAgain() {
        shop.inventory.stop();
        shop.inventory.database().execute("update subscription set position = 0 where name like 'order-%'");
        shop.inventory.start();
        awaitAllIsRead();
    }

    private List<Movement> sales(String sku) {
        return result(shop.movements(sku, 100, null)).items().stream()
                .filter(movement -> movement.kind().equals("sold"))
                .toList();
    }

    @Test
    void whatIsShippedIsNeitherOnHandNorReserved() {
        UUID id = confirmed(line("bell", 3), line("pole", 2));
        UUID shipment = shop.newId();

        orders.happens(id, shipped(shipment, line("bell", 3), line("pole", 2)));
        awaitAllIsRead();

        assertThat(shop.state(id)).isEqualTo("SOLD");
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 7, 0, 7));
        assertThat(shop.stock("pole")).isEqualTo(new Stock("pole", 8, 0, 8));
        assertThat(shop.events(id)).containsExactly("StockReserved", "StockSold");
        assertThat(sales("bell")).singleElement().satisfies(sale -> {
            assertThat(sale.quantity()).isEqualTo(-3);
            assertThat(sale.onHand()).isEqualTo(7);
            assertThat(sale.by()).isEqualTo("user:" + Orders.CLERK);
            assertThat(sale.reason()).contains(id.toString(), shipment.toString());
            assertThat(shop.events(sale.id())).containsExactly("StockMoved");
        });
    }

    @Test
    void partialShipmentsTakeTheirPartOfEachLineUntilNothingIsLeft() {
        UUID id = confirmed(line("bell", 5), line("pole", 2));

        orders.happens(id, shipped(shop.newId(), line("bell", 2)));
        awaitAllIsRead();
        assertThat(shop.state(id)).isEqualTo("ALLOCATED");
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 8, 3, 5));
        assertThat(shop.stock("pole")).isEqualTo(new Stock("pole", 10, 2, 8));

        orders.happens(
                id,
                shipped(shop.newId(), line("pole", 2), line("bell", 1)),
                shipped(shop.newId(), line("bell", 1), line("bell", 1)));
        awaitAllIsRead();
        assertThat(shop.state(id)).isEqualTo("SOLD");
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 5, 0, 5));
        assertThat(shop.stock("pole")).isEqualTo(new Stock("pole", 8, 0, 8));
        assertThat(shop.events(id)).containsExactly("StockReserved", "StockSold", "StockSold", "StockSold");
        assertThat(sales("bell")).extracting(Movement::onHand).containsExactly(5, 7, 8);
    }

    @Test
    void aFeedThatIsReadAgainChangesNothing() {
        UUID partly = confirmed(line("bell", 5));
        UUID sold = confirmed(line("bell", 1), line("pole", 1));
        UUID cancelled = confirmed(line("pole", 4));
        orders.happens(partly, shipped(shop.newId(), line("bell", 2)), shipped(shop.newId(), line("bell", 1)));
        orders.happens(sold, shipped(shop.newId(), line("bell", 1), line("pole", 1)));
        orders.happens(cancelled, new OrderCancelled());
        awaitAllIsRead();
        long events = shop.inventory.database().number("select count(*) from journal");

        readAllAgain();

        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 6, 2, 4));
        assertThat(shop.stock("pole")).isEqualTo(new Stock("pole", 9, 0, 9));
        assertThat(shop.state(partly)).isEqualTo("ALLOCATED");
        assertThat(shop.state(sold)).isEqualTo("SOLD");
        assertThat(shop.state(cancelled)).isEqualTo("RELEASED");
        assertThat(shop.inventory.database().number("select count(*) from journal"))
                .isEqualTo(events);
    }

    @Test
    void aShipmentThatIsSeenBeforeTheConfirmationTakesFromTheHold() {
        UUID id = held(line("bell", 3));

        orders.happens(id, shipped(shop.newId(), line("bell", 2)));
        awaitAllIsRead();
        orders.happens(id, new OrderConfirmed());
        awaitAllIsRead();

        assertThat(shop.state(id)).isEqualTo("ALLOCATED");
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 8, 1, 7));
    }

    @Test
    void whatWasShippedIsNotReleased() {
        UUID partly = confirmed(line("bell", 3));
        UUID sold = confirmed(line("pole", 1));
        orders.happens(partly, shipped(shop.newId(), line("bell", 1)));
        orders.happens(sold, shipped(shop.newId(), line("pole", 1)));
        awaitAllIsRead();

        assertThat(refusal(shop.release(partly)).code()).isEqualTo(Refusals.PARTLY_SHIPPED);
        assertThat(refusal(shop.release(sold)).code()).isEqualTo(Refusals.PARTLY_SHIPPED);
        orders.happens(partly, new OrderCancelled());
        awaitAllIsRead();

        assertThat(shop.state(partly)).isEqualTo("ALLOCATED");
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 9, 2, 7));
        assertThat(shop.stock("pole")).isEqualTo(new Stock("pole", 9, 0, 9));
    }

    @Test
    void nothingIsSoldThatIsNotReserved() {
        UUID released = held(line("bell", 3));
        shop.release(released);
        UUID small = confirmed(line("bell", 1));

        orders.happens(released, shipped(shop.newId(), line("bell", 3)));
        orders.happens(small, shipped(shop.newId(), line("bell", 4), line("pole", 1)));
        orders.happens(shop.newId(), shipped(shop.newId(), line("bell", 1)));
        awaitAllIsRead();

        assertThat(shop.state(released)).isEqualTo("RELEASED");
        assertThat(shop.state(small)).isEqualTo("SOLD");
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 9, 0, 9));
        assertThat(shop.stock("pole")).isEqualTo(new Stock("pole", 10, 0, 10));
    }

    @Test
    void shipmentsOfManyOrdersInOnePageAreCountedOneByOne() {
        result(shop.move("bell", 1_000, "delivery"));
        Map<UUID, List<Event>> events = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            UUID id = held(line("bell", 3));
            events.put(
                    id,
                    List.of(
                            new OrderConfirmed(),
                            shipped(shop.newId(), line("bell", 1)),
                            shipped(shop.newId(), line("bell", 1))));
        }

        orders.happens(events);
        awaitAllIsRead();

        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 610, 200, 410));
        assertThat(shop.inventory
                        .database()
                        .number("select count(distinct on_hand) from stock_movement where kind = 'sold'"))
                .isEqualTo(400);
    }

    @Test
    void shipmentsHoldsAndReleasesOfTwoInstancesMeetOnAHotSkuWithoutALeak() {
        shop.deployAnother();
        result(shop.move("bell", 990, "bells"));
        result(shop.move("pole", 990, "poles"));
        var random = new Random(42);
        var pending = new ArrayList<Future<?>>();
        for (int round = 0; round < 10; round++) {
            Map<UUID, List<Event>> shipments = new HashMap<>();
            for (int i = 0; i < 5; i++) {
                UUID id = held(line("bell", 3), line("pole", 1));
                shipments.put(
                        id, List.of(new OrderConfirmed(), shipped(shop.newId(), line("pole", 1), line("bell", 2))));
            }
            for (int i = 0; i < 20; i++) {
                var lines = new ArrayList<>(List.of(line("bell", 1 + random.nextInt(3)), line("pole", 1)));
                Collections.shuffle(lines, random);
                UUID id = shop.newId();
                pending.add(shop.sendReserve(id, lines));
                if (i % 2 == 0) {
                    pending.add(shop.sendRelease(id));
                }
            }
            orders.happens(shipments);
        }

        List<Reply<?>> replies = Futures.await(Future.all(pending).map(all -> all.list()));
        awaitAllIsRead();

        // Of two messages to two instances the release may come first.
        assertThat(replies)
                .allMatch(reply ->
                        reply.fold(done -> true, refusal -> refusal.code().equals(Refusals.RELEASED)));
        assertThat(shop.stock("bell").onHand()).isEqualTo(1_000 - 100);
        assertThat(shop.stock("pole").onHand()).isEqualTo(1_000 - 50);
        assertThat(shop.leaks()).isEmpty();
    }
}
