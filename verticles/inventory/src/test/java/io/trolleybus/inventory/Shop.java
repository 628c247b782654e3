package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.GetStock;
import io.trolleybus.model.InventoryMessages.Held;
import io.trolleybus.model.InventoryMessages.ListMovements;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.MovementPage;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.InventoryMessages.ReleaseStock;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.InventoryMessages.ReserveStock;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.Page;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An inventory on a platform of its own, in the words of its tests. */
final class Shop implements AutoCloseable {
    static final Principal OPERATOR = Principal.user(new UUID(7, 1), List.of(Principal.OPERATOR));
    static final Principal CUSTOMER = Principal.user(new UUID(7, 2), List.of(Principal.CUSTOMER));
    static final Principal ORDER = Principal.service("order");

    final TestPlatform platform = TestPlatform.start();
    final TestService inventory;
    private final Map<String, String> settings;

    /** One in which nothing ever runs low. */
    Shop() {
        this(0);
    }

    Shop(int lowStockThreshold) {
        settings = Map.of(InventoryModule.LOW_STOCK_THRESHOLD, Integer.toString(lowStockThreshold));
        inventory = platform.deploy(new InventoryModule(), settings);
    }

    /** Starts one more instance on the same database. */
    void deployAnother() {
        platform.deploy(new InventoryModule(), settings, inventory.database());
    }

    UUID newId() {
        return platform.node().ids().get();
    }

    Reply<Product> add(Call call, String sku, int stock) {
        return Futures.await(platform.send(InventoryMessages.ADD_PRODUCT, call, product(sku, stock), Product.class));
    }

    Reply<Product> add(String sku, int stock) {
        return add(platform.newCall(OPERATOR), sku, stock);
    }

    static AddProduct product(String sku, int stock) {
        return new AddProduct(sku, "The " + sku, "", new Money(1999, "EUR"), stock);
    }

    Future<Reply<Held>> sendReserve(UUID id, String sku, int quantity) {
        return sendReserve(id, List.of(new StockLine(sku, quantity)));
    }

    Future<Reply<Held>> sendReserve(UUID id, List<StockLine> lines) {
        return platform.send(
                InventoryMessages.RESERVE, platform.newCall(ORDER), new ReserveStock(id, lines), Held.class);
    }

    Reply<Held> reserve(UUID id, String sku, int quantity) {
        return Futures.await(sendReserve(id, sku, quantity));
    }

    Future<Reply<Released>> sendRelease(UUID id) {
        return platform.send(
                InventoryMessages.RELEASE, platform.newCall(ORDER), new ReleaseStock(id, "test"), Released.class);
    }

    Reply<Released> release(UUID id) {
        return Futures.await(sendRelease(id));
    }

    Reply<Movement> move(String sku, int quantity, String key) {
        return move(new MoveStock(sku, quantity, null, "counted", key));
    }

    Reply<Movement> move(MoveStock command) {
        return platform.call(InventoryMessages.MOVE_STOCK, OPERATOR, command, Movement.class);
    }

    Reply<MovementPage> movements(String sku, int limit, @Nullable String cursor) {
        var command = new ListMovements(sku, new Page(limit, cursor));
        return platform.call(InventoryMessages.LIST_MOVEMENTS, OPERATOR, command, MovementPage.class);
    }

    Stock stock(String sku) {
        return result(platform.call(InventoryMessages.GET_STOCK, OPERATOR, new GetStock(sku), Stock.class));
    }

    String state(UUID reservation) {
        return (String) inventory.database().value("select state from reservation where id = ?", reservation);
    }

    /** The types of a stream's events. */
    List<Object> events(UUID stream) {
        return inventory.database().rows("select type from journal where stream = ? order by version", stream).stream()
                .map(row -> row.get(0))
                .toList();
    }

    /** SKUs whose reserved units are not what reservations have open of them; there must never be any. */
    List<List<Object>> leaks() {
        return inventory.database().rows("""
                        select s.sku, s.reserved, coalesce(sum(l.open), 0)
                        from stock s left join (
                          select line.sku, line.quantity - coalesce(line.shipped, 0) as open
                          from reservation r, unnest(r.skus, r.quantities, r.shipped) as line (sku, quantity, shipped)
                          where r.state in ('HELD', 'ALLOCATED')) l on l.sku = s.sku
                        group by s.sku, s.reserved having s.reserved <> coalesce(sum(l.open), 0)
                        """);
    }

    /** SKUs whose units on hand are not the sum of their movements; there must never be any. */
    List<List<Object>> imbalances() {
        return inventory.database().rows("""
                        select s.sku, s.on_hand, coalesce(sum(m.quantity), 0)
                        from stock s left join stock_movement m on m.sku = s.sku
                        group by s.sku, s.on_hand having s.on_hand <> coalesce(sum(m.quantity), 0)
                        """);
    }

    static <T> T result(Reply<T> reply) {
        return reply.fold(result -> result, refusal -> {
            throw new AssertionError("refused: " + refusal);
        });
    }

    static Refusal refusal(Reply<?> reply) {
        return reply.fold(
                result -> {
                    throw new AssertionError("not refused: " + result);
                },
                refusal -> refusal);
    }

    @Override
    public void close() {
        platform.close();
    }
}
