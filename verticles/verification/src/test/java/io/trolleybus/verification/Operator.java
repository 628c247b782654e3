package io.trolleybus.verification;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The one who runs the shop: owns the catalogue, sees the stock. */
final class Operator {

    /** Of every product that a test adds, and of no other. */
    static final String SKU_PREFIX = "TEST-";

    private static final String EMAIL = "operator@trolleybus.local";
    private static final String PASSWORD = "trolleybus-operator";

    private final Session session;

    private Operator(Session session) {
        this.session = session;
    }

    static Operator login(Api api) {
        return new Operator(Session.login(api, EMAIL, PASSWORD));
    }

    Session session() {
        return session;
    }

    /** What runs now. */
    List<Instance> instances() {
        return Json.items(
                        Instance.class,
                        session.get("/api/v1/system/services")
                                .expect(200)
                                .json()
                                .path("items"))
                .toList();
    }

    /** The node of each instance of a service: one that runs several is named as often. */
    List<String> nodesOf(String service) {
        return instances().stream()
                .filter(instance -> instance.name().equals(service))
                .map(Instance::node)
                .toList();
    }

    /** Adds a product that no other test knows and returns its SKU. */
    String addProduct(Money price, long initialStock) {
        String sku = SKU_PREFIX + UUID.randomUUID().toString().substring(0, 13).toUpperCase(Locale.ROOT);
        Map<String, Object> product =
                Map.of("sku", sku, "name", "Product " + sku, "price", price, "initialStock", initialStock);
        session.post("/api/v1/products", product).expect(201);
        return sku;
    }

    Order order(String orderId) {
        return session.get("/api/v1/orders/" + orderId).expect(200).as(Order.class);
    }

    /** Everybody's. */
    List<Order> orders() {
        return session.all("/api/v1/orders", Order.class);
    }

    Stock stock(String sku) {
        return session.get("/api/v1/products/" + sku + "/stock").expect(200).as(Stock.class);
    }
}
