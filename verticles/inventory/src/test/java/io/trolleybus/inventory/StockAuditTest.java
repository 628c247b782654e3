package io.trolleybus.inventory;

import static io.trolleybus.inventory.Orders.shipped;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.inventory.Orders.Event.OrderConfirmed;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.FindHolds;
import io.trolleybus.model.AuditMessages.Hold;
import io.trolleybus.model.AuditMessages.Holds;
import io.trolleybus.model.AuditMessages.SweepCursor;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.InventoryMessages.StockLine;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a sweep sees of stock and holds that somebody has changed behind the service's back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockAuditTest {
    private final Shop shop = new Shop();
    private final Orders orders = new Orders(shop.platform);

    @AfterAll
    void close() {
        assertThat(shop.leaks()).isEmpty();
        assertThat(shop.imbalances()).isEmpty();
        shop.close();
    }

    private Swept sweep(@Nullable SweepCursor cursor) {
        return page(new SweepPage(cursor, List.of(), true));
    }

    private Swept page(SweepPage page) {
        return result(shop.platform.call(AuditMessages.SWEEP_STOCK, Shop.ORDER, page, Swept.class));
    }

    private Hold hold(UUID order) {
        var query = new FindHolds(List.of(order));
        return result(shop.platform.call(AuditMessages.FIND_HOLDS, Shop.ORDER, query, Holds.class))
                .items()
                .get(0);
    }

    private UUID held(String sku, int quantity) {
        UUID id = shop.newId();
        result(shop.reserve(id, sku, quantity));
        return id;
    }

    @Test
    void whateverTheServiceDoesItselfAddsUp() {
        shop.add("bell", 10);
        shop.add("none", 0);
        SweepCursor before = sweep(null).cursor();
        UUID sold = held("bell", 3);
        orders.happens(sold, new OrderConfirmed());
        orders.happens(sold, shipped(UUID.randomUUID(), new StockLine("bell", 2)));
        await().untilAsserted(() -> assertThat(shop.stock("bell").onHand()).isEqualTo(8));
        UUID released = held("bell", 1);
        result(shop.release(released));
        UUID unseen = shop.newId();
        result(shop.release(unseen));
        result(shop.move("bell", -2, "key"));

        Swept swept = sweep(before);

        assertThat(swept.findings()).isEmpty();
        assertThat(swept.orderIds()).contains(sold, released, unseen);
        assertThat(hold(sold))
                .isEqualTo(new Hold(
                        sold, "ALLOCATED", List.of(new StockLine("bell", 3)), List.of(new StockLine("bell", 1))));
        assertThat(hold(released).open()).isEmpty();
    }

    @Test
    void stockThatWasChangedByHandIsNamedUntilItIsPutRight() {
        shop.add("lamp", 10);
        held("lamp", 4);
        SweepCursor before = sweep(null).cursor();

        shop.inventory.database().execute("update stock set on_hand = 11, reserved = 5 where sku = 'lamp'");

        assertThat(sweep(before).findings())
                .containsExactly(
                        new AuditFinding("stock-row", null, "lamp", "onHand 10, reserved 4", "onHand 11, reserved 5"));
        held("lamp", 1);
        assertThat(sweep(before).findings())
                .containsExactly(
                        new AuditFinding("stock-row", null, "lamp", "onHand 10, reserved 5", "onHand 11, reserved 6"));
        shop.inventory.database().execute("update stock set on_hand = 10, reserved = 5 where sku = 'lamp'");
        assertThat(sweep(before).findings()).isEmpty();
    }

    @Test
    void stockThatIsGoneIsNamed() {
        shop.add("bulb", 10);
        SweepCursor before = sweep(null).cursor();
        shop.inventory.database().execute("delete from stock where sku = 'bulb'");

        assertThat(sweep(before).findings())
                .containsExactly(new AuditFinding(
                        "stock-row", null, "bulb", "onHand 10, reserved 0", "onHand nothing, reserved nothing"));
        shop.inventory.database().execute("insert into stock (sku, on_hand) values ('bulb', 10)");
        assertThat(sweep(before).findings()).isEmpty();
    }

    @Test
    void aHoldThatWasChangedByHandIsNamed() {
        shop.add("pole", 10);
        UUID order = held("pole", 4);
        SweepCursor before = sweep(null).cursor();

        shop.inventory.database().execute("update reservation set quantities = '{5}' where id = ?", order);

        // Not the first of a sweep, which goes over all there is here.
        assertThat(page(new SweepPage(before, List.of(), false)).findings())
                .containsExactly(new AuditFinding(
                        "hold-row",
                        order,
                        null,
                        "reserved {pole=4}, open {pole=4}",
                        "reserved {pole=5}, open {pole=5}"));
        shop.inventory.database().execute("update reservation set quantities = '{4}' where id = ?", order);
    }
}
