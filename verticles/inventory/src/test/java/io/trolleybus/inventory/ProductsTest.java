package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.FindProducts;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.MovementPage;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.InventoryMessages.ProductPage;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.Money;
import io.trolleybus.model.Page;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProductsTest {
    private Shop shop;

    @BeforeEach
    void open() {
        shop = new Shop();
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private ProductPage find(@Nullable String query, int limit, @Nullable String cursor) {
        var command = new FindProducts(query, new Page(limit, cursor));
        return result(
                shop.platform.call(InventoryMessages.FIND_PRODUCTS, Principal.ANONYMOUS, command, ProductPage.class));
    }

    private static List<String> skus(ProductPage page) {
        return page.items().stream().map(Product::sku).toList();
    }

    @Test
    void anAddedProductCanBeHadByAnyone() {
        Product added = result(shop.add("bell", 5));

        var found = result(shop.platform.call(
                InventoryMessages.GET_PRODUCT, Principal.ANONYMOUS, new GetProduct("bell"), Product.class));

        assertThat(found).isEqualTo(added);
        assertThat(found.price()).isEqualTo(new Money(1999, "EUR"));
        assertThat(found.available()).isEqualTo(5);
        assertThat(found.version()).isEqualTo(1);
    }

    @Test
    void anUnknownProductIsNotFound() {
        var reply = shop.platform.call(
                InventoryMessages.GET_PRODUCT, Principal.ANONYMOUS, new GetProduct("ghost"), Product.class);

        assertThat(refusal(reply).code()).isEqualTo(Refusals.NOT_FOUND);
    }

    @Test
    void theFeedTellsOfAProductAndOfItsInitialStock() {
        shop.add("bell", 5);
        shop.add("pole", 0);

        assertThat(shop.inventory.database().rows("select type, data ->> 'sku' from journal order by position"))
                .containsExactly(
                        List.of("ProductAdded", "bell"),
                        List.of("StockMoved", "bell"),
                        List.of("ProductAdded", "pole"));
    }

    @Test
    void aSkuIsTakenOnce() {
        result(shop.add("bell", 5));

        assertThat(refusal(shop.add("bell", 7)).code()).isEqualTo(Refusals.SKU_TAKEN);

        assertThat(shop.stock("bell").onHand()).isEqualTo(5);
    }

    @Test
    void aRepeatedMessageFindsTheProductItAdded() {
        Call call = shop.platform.newCall(Shop.OPERATOR);
        Product added = result(shop.add(call, "bell", 5));

        assertThat(result(shop.add(call, "bell", 5))).isEqualTo(added);

        assertThat(shop.inventory.database().number("select count(*) from journal where type = 'ProductAdded'"))
                .isEqualTo(1);
    }

    @Test
    void ofSeveralThatWantOneSkuAtOnceOneGetsIt() {
        var all = IntStream.range(0, 20)
                .mapToObj(i -> shop.platform.send(
                        InventoryMessages.ADD_PRODUCT,
                        shop.platform.newCall(Shop.OPERATOR),
                        Shop.product("bell", i + 1),
                        Product.class))
                .toList();
        Futures.await(Future.all(all));

        var added = all.stream()
                .map(Future::result)
                .flatMap(reply -> reply.fold(List::of, refused -> List.<Product>of()).stream())
                .toList();
        assertThat(added).hasSize(1);
        assertThat(shop.stock("bell").onHand()).isEqualTo(added.get(0).available());
    }

    @Test
    void productsArePagedInTheOrderOfTheirSkus() {
        List.of("d", "B", "a", "C", "e").forEach(sku -> shop.add(sku, 1));

        ProductPage first = find(null, 2, null);
        ProductPage second = find(null, 2, first.nextCursor());
        ProductPage third = find(null, 2, second.nextCursor());

        assertThat(skus(first)).containsExactly("B", "C");
        assertThat(skus(second)).containsExactly("a", "d");
        assertThat(skus(third)).containsExactly("e");
        assertThat(third.nextCursor()).isNull();
    }

    @Test
    void aQueryMatchesSkuOrNameWhateverTheCaseAndTakesWildcardsLiterally() {
        shop.add("BELL-1", 1);
        shop.add("a_b", 1);
        shop.add("axb", 1);
        shop.platform.call(
                InventoryMessages.ADD_PRODUCT,
                Shop.OPERATOR,
                new AddProduct("z", "Doorbell, 100% brass", "", new Money(1, "EUR"), 0),
                Product.class);

        assertThat(skus(find("bell", 10, null))).containsExactly("BELL-1", "z");
        assertThat(skus(find("a_b", 10, null))).containsExactly("a_b");
        assertThat(skus(find("100%", 10, null))).containsExactly("z");
        assertThat(skus(find("\\", 10, null))).isEmpty();
    }

    @Test
    void onlyOperatorsAddProductsAndMoveStock() {
        shop.add("bell", 5);
        var add = shop.platform.call(
                InventoryMessages.ADD_PRODUCT, Shop.CUSTOMER, Shop.product("pole", 1), Product.class);
        var move = shop.platform.call(
                InventoryMessages.MOVE_STOCK,
                Shop.CUSTOMER,
                new MoveStock("bell", 1, null, "mine", "key"),
                Movement.class);

        assertThat(refusal(add).code()).isEqualTo(Refusals.FORBIDDEN);
        assertThat(refusal(move).code()).isEqualTo(Refusals.FORBIDDEN);
        assertThat(shop.stock("bell").onHand()).isEqualTo(5);
    }

    @Test
    void aMovementMovesOnceForItsKey() {
        shop.add("bell", 5);
        Movement moved = result(shop.move("bell", 3, "key"));

        assertThat(result(shop.move("bell", 3, "key"))).isEqualTo(moved);
        assertThat(refusal(shop.move("bell", 4, "key")).code()).isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);

        assertThat(moved.onHand()).isEqualTo(8);
        assertThat(moved.by()).isEqualTo(Shop.OPERATOR.name());
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 8, 0, 8));
        assertThat(shop.events(moved.id())).containsExactly("StockMoved");
    }

    @Test
    void aRefusedMovementLeavesItsKeyFree() {
        shop.add("bell", 5);
        shop.reserve(shop.newId(), "bell", 4);

        assertThat(refusal(shop.move("bell", -2, "key")).code()).isEqualTo(Refusals.BELOW_RESERVED);
        assertThat(result(shop.move("bell", -1, "key")).onHand()).isEqualTo(4);
        assertThat(refusal(shop.move("ghost", 1, "other")).code()).isEqualTo(Refusals.NOT_FOUND);
    }

    @Test
    void concurrentMovementsUnderOneKeyMoveOnce() {
        shop.add("bell", 5);
        var all = IntStream.range(0, 10)
                .mapToObj(i -> shop.platform.send(
                        InventoryMessages.MOVE_STOCK,
                        shop.platform.newCall(Shop.OPERATOR),
                        new MoveStock("bell", 1, null, "counted", "key"),
                        Movement.class))
                .toList();

        Futures.await(Future.all(all));

        assertThat(all.stream().map(each -> result(each.result()).id()).distinct())
                .hasSize(1);
        assertThat(shop.stock("bell").onHand()).isEqualTo(6);
    }

    @Test
    void theHistoryIsPagedNewestFirst() {
        shop.add("bell", 5);
        shop.move("bell", 1, "one");
        shop.move("bell", -2, "two");

        MovementPage first = history(2, null);
        MovementPage second = history(2, first.nextCursor());

        assertThat(first.items().stream().map(Movement::onHand)).containsExactly(4, 6);
        assertThat(second.items()).hasSize(1);
        assertThat(second.items().get(0).kind()).isEqualTo("received");
        assertThat(second.nextCursor()).isNull();
    }

    private MovementPage history(int limit, @Nullable String cursor) {
        return result(shop.movements("bell", limit, cursor));
    }

    @Test
    void theRunTimeRoleCannotRewriteHistory() {
        shop.add("bell", 5);

        for (String sql : List.of(
                "update journal set data = '{}'",
                "delete from journal",
                "update stock_movement set quantity = 1",
                "delete from stock_movement",
                "truncate stock_movement",
                "delete from product")) {
            Throwable failure = Futures.awaitFailure(shop.inventory.onLoop(
                    context -> context.database().reads().query(sql).execute()));
            assertThat(failure).as(sql).hasMessageContaining("permission denied");
        }
    }
}
