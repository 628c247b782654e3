package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the inventory service answers: products with their prices, stock, and the holds that orders take on it. */
public final class InventoryMessages {
    public static final String SERVICE = "inventory";
    public static final String FIND_PRODUCTS = "product.find";
    public static final String GET_PRODUCT = "product.get";
    public static final String ADD_PRODUCT = "product.add";
    public static final String CHANGE_PRODUCT = "product.change";
    public static final String GET_STOCK = "inventory.stock";
    public static final String MOVE_STOCK = "inventory.move";
    public static final String LIST_MOVEMENTS = "inventory.movements";
    public static final String RESERVE = "inventory.reserve";
    public static final String RELEASE = "inventory.release";

    private InventoryMessages() {}

    /** Answers {@link ProductPage}, ordered by SKU; {@code query} matches SKU or name, null for all. */
    public record FindProducts(@Nullable String query, Page page) {}

    /** Answers {@link Product}; refused with {@code not-found}. */
    public record GetProduct(String sku) {}

    /** Answers {@link Product}; refused with {@code sku-taken}. Operators only. */
    public record AddProduct(String sku, String name, String description, Money price, int initialStock) {}

    /**
     * Changes what is given and leaves what is null. Answers {@link Product}, whose version is the next one if anything
     * is another than before; refused with {@code not-found}, {@code precondition-failed} or {@code currency-changed}.
     * Operators only.
     *
     * @param versions the product must be at one of these; null if it may be at any
     */
    public record ChangeProduct(
            String sku,
            @Nullable String name,
            @Nullable String description,
            @Nullable Money price,
            @Nullable List<Integer> versions) {}

    /** Answers {@link Stock}; refused with {@code not-found}. Operators only. */
    public record GetStock(String sku) {}

    /**
     * Answers {@link Movement}; refused with {@code not-found}, {@code below-reserved} or
     * {@code idempotency-key-reused}. Operators only.
     *
     * @param quantity units that come (positive) or go (negative), never 0
     * @param kind {@code received} or {@code returned}, which come, {@code adjusted} or {@code corrected}; null for
     *     what the sign suggests
     * @param key remembered with its outcome, so that a repeat moves nothing
     */
    public record MoveStock(
            String sku, int quantity, @Nullable String kind, String reason, String key) {}

    /** Answers {@link MovementPage}, newest first; refused with {@code not-found}. Operators only. */
    public record ListMovements(String sku, Page page) {}

    /**
     * Holds all lines or none. Answers {@link Held}; refused with {@code out-of-stock} (facts {@code sku},
     * {@code available}), {@code unknown-product} (fact {@code sku}), or {@code released} if the hold was released
     * before it came. Repeating it answers the first hold again.
     *
     * @param reservationId the order's id
     * @param lines distinct SKUs
     */
    public record ReserveStock(UUID reservationId, List<StockLine> lines) implements AboutOrder {
        @Override
        public UUID orderId() {
            return reservationId;
        }
    }

    /**
     * Gives back what is held or allocated. Answers {@link Released}, also if there is nothing to give back; if the
     * hold has not been seen yet, a tombstone refuses it when it comes late. Refused with {@code partly-shipped} if
     * anything of it has left.
     */
    public record ReleaseStock(UUID reservationId, String reason) implements AboutOrder {
        @Override
        public UUID orderId() {
            return reservationId;
        }
    }

    public record StockLine(String sku, int quantity) {}

    public record Held(UUID reservationId) {}

    public record Released(UUID reservationId) {}

    public record Product(
            String sku, String name, String description, Money price, int available, int version, Instant createdAt) {}

    public record ProductPage(List<Product> items, @Nullable String nextCursor) {}

    /** {@code reserved} counts holds and allocations; {@code available} is {@code onHand - reserved}. */
    public record Stock(String sku, int onHand, int reserved, int available) {}

    public record Movement(
            UUID id, String sku, int quantity, String kind, String reason, String by, int onHand, Instant recordedAt) {}

    public record MovementPage(
            List<Movement> items, @Nullable String nextCursor) {}
}
