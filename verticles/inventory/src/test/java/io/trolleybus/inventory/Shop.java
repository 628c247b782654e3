package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.GetStock;
import io.trolleybus.model.InventoryMessages.Held;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.InventoryMessages.ReleaseStock;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.InventoryMessages.ReserveStock;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** An inventory on a platform of its own, in the words of its tests. */
final class Shop implements AutoCloseable {
    static final Principal OPERATOR = Principal.user(new UUID(7, 1), List.of(Principal.OPERATOR));
    static final Principal CUSTOMER = Principal.user(new UUID(7, 2), List.of(Principal.CUSTOMER));
    static final Principal ORDER = Principal.service("order");

    final TestPlatform platform = TestPlatform.start();
    final TestService inventory = platform.deploy(new InventoryModule());

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
        return platform.call(
                InventoryMessages.MOVE_STOCK, OPERATOR, new MoveStock(sku, quantity, "counted", key), Movement.class);
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

    /** SKUs whose reserved units are not the sum of their held and allocated lines; there must never be any. */
    List<List<Object>> leaks() {
        return inventory.database().rows("""
                        select s.sku, s.reserved, coalesce(sum(l.quantity), 0)
                        from stock s left join (
                          select unnest(skus) as sku, unnest(quantities) as quantity
                          from reservation where state in ('HELD', 'ALLOCATED')) l on l.sku = s.sku
                        group by s.sku, s.reserved having s.reserved <> coalesce(sum(l.quantity), 0)
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
