package io.trolleybus.model;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the order service answers. */
public final class OrderMessages {
    public static final String SERVICE = "order";
    public static final String PLACE = "order.place";
    public static final String GET = "order.get";
    public static final String FIND = "order.find";
    public static final String EVENTS = "order.events";

    private OrderMessages() {}

    /**
     * Accepts an order for the calling user. Answers {@link Order}; refused with {@code unknown-product} (fact
     * {@code sku}), {@code mixed-currencies}, {@code total-too-large}, {@code idempotency-key-reused}.
     *
     * @param key the client's Idempotency-Key, unique per user
     * @param waitMs answer when the order has ended, or after so many milliseconds; 0: as soon as it is accepted
     */
    public record PlaceOrder(String key, List<LineRequest> lines, String paymentToken, int waitMs) {}

    public record LineRequest(String sku, int quantity) {}

    /** Answers {@link Order}; refused with {@code not-found}, also if it is another customer's. */
    public record GetOrder(UUID orderId) implements AboutOrder {}

    /** Answers {@link OrderPage}, newest first. Customers see their own; {@code userId} narrows an operator's view. */
    public record FindOrders(
            @Nullable UUID userId, @Nullable Status status, Page page) {}

    /** Answers {@link OrderHistory}; refused with {@code not-found}. */
    public record GetEvents(UUID orderId) implements AboutOrder {}

    public enum Status {
        PENDING,
        CONFIRMED,
        PARTIALLY_SHIPPED,
        SHIPPED,
        DELIVERED,
        REJECTED,
        CANCELLING,
        CANCELLED
    }

    public record OrderLine(String sku, String name, int quantity, Money unitPrice, Money lineTotal) {}

    /** Why an order was rejected; {@code sku} and {@code available} stand with {@code out-of-stock}. */
    public record Rejection(
            String code,
            String detail,
            @Nullable String sku,
            @Nullable Integer available) {}

    /** What the order knows of its payment; the payment service knows the rest. */
    public record PaymentView(UUID id, PaymentMessages.Status status, Money captured, Money refunded) {}

    public record Order(
            UUID id,
            String number,
            UUID userId,
            Status status,
            List<OrderLine> lines,
            Money total,
            @Nullable PaymentView payment,
            @Nullable Rejection rejection,
            List<Shipment> shipments,
            int version,
            Instant createdAt,
            Instant updatedAt,
            List<String> nextActions)
            implements AboutOrder {
        @Override
        public UUID orderId() {
            return id;
        }
    }

    public record Shipment(UUID id, String carrier, String trackingId, List<LineRequest> lines, Instant shippedAt) {}

    public record OrderPage(List<Order> items, @Nullable String nextCursor) {}

    public record OrderHistory(List<HistoryItem> items) {}

    /** @param data the event as a JSON object, in text */
    public record HistoryItem(int version, String type, String data, Instant recordedAt) {}
}
