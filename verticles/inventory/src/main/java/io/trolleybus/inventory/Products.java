package io.trolleybus.inventory;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.inventory.domain.InventoryEvent;
import io.trolleybus.inventory.domain.InventoryEvent.ProductAdded;
import io.trolleybus.inventory.domain.MovementKind;
import io.trolleybus.inventory.domain.StockRules;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Appended;
import io.trolleybus.journal.GroupCommit;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.FindProducts;
import io.trolleybus.model.InventoryMessages.GetProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.InventoryMessages.ProductPage;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Adds and finds products. What is added together is committed together. A product's id is that of the message that
 * added it, so that a repeat of the message finds its own product and not a taken SKU.
 *
 * <p>For one event loop.
 */
final class Products {
    private static final int NEW = 0;
    private static final int MAX_QUERY_CHARS = 100;
    private static final String INITIAL_STOCK = "initial stock";

    private final ServiceContext context;
    private final Journal<InventoryEvent> journal;
    private final GroupCommit<Addition, Reply<Product>> additions;

    private record Addition(Call call, AddProduct product) {
        UUID id() {
            return call.id();
        }
    }

    /** What stands under the SKUs of a batch after it. */
    private record Added(Map<String, ProductRows.Found> bySku, Appended appended) {}

    Products(ServiceContext context, Journal<InventoryEvent> journal) {
        this.context = context;
        this.journal = journal;
        this.additions = new GroupCommit<>(context.vertx(), "inventory.products", context.meters(), this::commit);
    }

    Future<Reply<ProductPage>> find(FindProducts command) {
        String query = command.query();
        if (query != null && query.length() > MAX_QUERY_CHARS) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "query must be at most " + MAX_QUERY_CHARS + " characters"));
        }
        String cursor = command.page().cursor();
        int limit = command.page().limit();
        return ProductRows.page(context.database().reads(), cursor == null ? "" : cursor, query, limit + 1)
                .map(products -> products.size() <= limit
                        ? new ProductPage(products, null)
                        : new ProductPage(
                                products.subList(0, limit),
                                products.get(limit - 1).sku()))
                .map(Reply::done);
    }

    Future<Reply<Product>> get(GetProduct command) {
        return ProductRows.findAll(context.database().reads(), List.of(command.sku()))
                .map(found -> found.containsKey(command.sku())
                        ? Reply.done(found.get(command.sku()).product())
                        : Reply.refused(Refusals.NOT_FOUND, "There is no product " + command.sku() + "."));
    }

    Future<Reply<Product>> add(Call call, AddProduct command) {
        Optional<Refusal> refusal = StockRules.check(command);
        return refusal.isPresent()
                ? Future.succeededFuture(Reply.refused(refusal.get()))
                : additions.submit(new Addition(call, command));
    }

    private Future<List<Reply<Product>>> commit(List<Addition> items) {
        // In the order of their SKUs, so that two instances that add the same ones do not wait in a circle.
        var distinct = items.stream()
                .sorted(Comparator.comparing(item -> item.product.sku()))
                .collect(Collectors.toMap(Addition::id, item -> item, (first, repeat) -> first, LinkedHashMap::new));
        return context.database()
                .transaction(tx -> insert(tx, distinct).compose(inserted -> {
                    distinct.keySet().retainAll(inserted);
                    return write(tx, items, List.copyOf(distinct.values()));
                }))
                .map(added -> {
                    journal.nudge(added.appended);
                    return items.stream().map(item -> reply(item, added.bySku)).toList();
                });
    }

    private static Future<Set<UUID>> insert(SqlConnection tx, Map<UUID, Addition> items) {
        var products = new LinkedHashMap<UUID, AddProduct>();
        items.forEach((id, item) -> products.put(id, item.product));
        return ProductRows.insert(tx, products);
    }

    private Future<Added> write(SqlConnection tx, List<Addition> items, List<Addition> inserted) {
        var appends = new ArrayList<Append<InventoryEvent>>();
        var movements = new ArrayList<NewMovement>();
        for (Addition item : inserted) {
            AddProduct product = item.product;
            var event = new ProductAdded(product.sku(), product.name(), product.price());
            appends.add(new Append<>(item.id(), NEW, List.of(event), item.call.trace()));
            if (product.initialStock() > 0) {
                var movement = received(item);
                movements.add(movement);
                appends.add(movement.append(item.call.trace()));
            }
        }
        Future<?> stock = ProductRows.insertStock(
                tx, inserted.stream().map(Addition::product).toList());
        Future<?> moved = MovementRows.insert(tx, movements);
        Future<Map<String, ProductRows.Found>> found = ProductRows.findAll(
                tx, items.stream().map(item -> item.product.sku()).toList());
        Future<Appended> appended = journal.append(tx, appends);
        return Future.all(stock, moved, found, appended).map(all -> new Added(found.result(), appended.result()));
    }

    private NewMovement received(Addition item) {
        int quantity = item.product.initialStock();
        return new NewMovement(
                context.ids().get(),
                item.product.sku(),
                quantity,
                MovementKind.RECEIVED,
                INITIAL_STOCK,
                item.call.principal().name(),
                quantity);
    }

    private static Reply<Product> reply(Addition item, Map<String, ProductRows.Found> bySku) {
        String sku = item.product.sku();
        ProductRows.Found found = bySku.get(sku);
        return found != null && found.id().equals(item.id())
                ? Reply.done(found.product())
                : Reply.refused(
                        new Refusal(Refusals.SKU_TAKEN, "There is a product " + sku + " already.", Map.of("sku", sku)));
    }
}
