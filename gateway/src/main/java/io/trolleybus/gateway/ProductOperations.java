package io.trolleybus.gateway;

import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.FindProducts;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.GetStock;
import io.trolleybus.model.InventoryMessages.ListMovements;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.InventoryMessages.MovementPage;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.InventoryMessages.ProductPage;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.Money;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The catalogue and its stock. */
final class ProductOperations {
    private static final String REVALIDATE = "no-cache";

    private final Bus bus;

    ProductOperations(Bus bus) {
        this.bus = bus;
    }

    private record NewProduct(
            String sku,
            String name,
            @Nullable String description,
            Money price,
            @Nullable Integer initialStock) {
        AddProduct toCommand() {
            return new AddProduct(
                    sku,
                    name,
                    Objects.requireNonNullElse(description, ""),
                    price,
                    Objects.requireNonNullElse(initialStock, 0));
        }
    }

    private record ProductPatch(
            @Nullable String name,
            @Nullable String description,
            @Nullable Money price) {}

    private record NewMovement(int quantity, @Nullable String kind, String reason) {}

    Map<String, Action> actions() {
        return Map.of(
                "findProducts", this::find,
                "getProduct", this::get,
                "addProduct", this::add,
                "changeProduct", this::change,
                "getStock", this::stock,
                "moveStock", this::move,
                "listMovements", this::movements);
    }

    private Future<Answer> find(Exchange exchange) {
        var query = new FindProducts(Parameters.search(exchange), Parameters.page(exchange));
        return bus.read(exchange, InventoryMessages.FIND_PRODUCTS, query, ProductPage.class)
                .map(page -> Answer.json(200, page).with(Answer.CACHE_CONTROL, REVALIDATE));
    }

    private Future<Answer> get(Exchange exchange) {
        var query = new GetProduct(Parameters.sku(exchange));
        String known = exchange.header("If-None-Match");
        return bus.read(exchange, InventoryMessages.GET_PRODUCT, query, Product.class)
                .map(product -> {
                    String tag = tagOf(product);
                    Answer answer = EntityTags.matches(known, tag) ? Answer.empty(304) : Answer.json(200, product);
                    return answer.with(Answer.ETAG, tag).with(Answer.CACHE_CONTROL, REVALIDATE);
                });
    }

    private Future<Answer> add(Exchange exchange) {
        AddProduct command = exchange.body(NewProduct.class).toCommand();
        return bus.once(exchange, InventoryMessages.ADD_PRODUCT, command, Product.class)
                .map(product -> Answer.created("/api/v1/products/" + product.sku(), product)
                        .with(Answer.ETAG, tagOf(product)));
    }

    private Future<Answer> change(Exchange exchange) {
        String sku = Parameters.sku(exchange);
        List<Integer> versions = EntityTags.versionsOf(exchange.header("If-Match"));
        ProductPatch patch = exchange.body(ProductPatch.class);
        var command = new ChangeProduct(sku, patch.name, patch.description, patch.price, versions);
        return bus.once(exchange, InventoryMessages.CHANGE_PRODUCT, command, Product.class)
                .map(product -> Answer.json(200, product).with(Answer.ETAG, tagOf(product)));
    }

    private Future<Answer> stock(Exchange exchange) {
        var query = new GetStock(Parameters.sku(exchange));
        return bus.read(exchange, InventoryMessages.GET_STOCK, query, Stock.class)
                .map(stock -> Answer.json(200, stock));
    }

    private Future<Answer> move(Exchange exchange) {
        String sku = Parameters.sku(exchange);
        String key = Parameters.idempotencyKey(exchange);
        NewMovement movement = exchange.body(NewMovement.class);
        var command = new MoveStock(sku, movement.quantity, movement.kind, movement.reason, key);
        return bus.repeat(exchange, InventoryMessages.MOVE_STOCK, command, Movement.class)
                .map(moved -> Answer.json(201, moved));
    }

    private Future<Answer> movements(Exchange exchange) {
        var query = new ListMovements(Parameters.sku(exchange), Parameters.page(exchange));
        return bus.read(exchange, InventoryMessages.LIST_MOVEMENTS, query, MovementPage.class)
                .map(page -> Answer.json(200, page));
    }

    private static String tagOf(Product product) {
        return "\"" + product.version() + '.' + product.available() + '"';
    }
}
