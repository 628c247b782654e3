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
    public static final String CANCEL = "order.cancel";
    public static final String SHIP = "order.ship";
    public static final String DELIVER = "order.deliver";
    public static final String REFUND = "order.refund";

    private OrderMessages() {}

    /**
     * Accepts an order for the calling user. Answers {@link Order}; refused with {@code unknown-product} (fact
     * {@code sku}), {@code mixed-currencies}, {@code total-too-large}, {@code idempotency-key-reused}.
     *
     * @param key the client's Idempotency-Key, unique per user
     * @param waitMs answer when the order has ended, or after so many milliseconds; 0: as soon as it is accepted
     */
    public record PlaceOrder(String key, List<LineRequest> lines, String paymentToken, int waitMs) {
        /** Without the token, and the key, so that it can be logged. */
        @Override
        public String toString() {
            return "PlaceOrder " + lines;
        }
    }

    public record LineRequest(String sku, int quantity) {}

    /**
     * Answers {@link Order}; refused with {@code not-found}, also if it is another customer's or did not exist then.
     *
     * @param version the order as it was after so many events; null for now
     * @param at the order as it was at that time; null for now
     */
    public record GetOrder(
            UUID orderId,
            @Nullable Integer version,
            @Nullable Instant at) implements AboutOrder {
        /** The order as it is now. */
        public GetOrder(UUID orderId) {
            this(orderId, null, null);
        }
    }

    /** Answers {@link OrderPage}, newest first. Customers see their own; {@code userId} narrows an operator's view. */
    public record FindOrders(
            @Nullable UUID userId, @Nullable Status status, Page page) {}

    /**
     * Answers {@link OrderHistory}; refused with {@code not-found}.
     *
     * @param after only what came after so many events; null for all
     */
    public record GetEvents(UUID orderId, @Nullable Integer after) implements AboutOrder {
        /** All of an order's events. */
        public GetEvents(UUID orderId) {
            this(orderId, null);
        }
    }

    /**
     * Gives an order up: its stock is released and what was paid is refunded. Answers {@link Order}, {@code CANCELLING}
     * until that is done; an order that is being cancelled, or is cancelled, is answered as it is. Refused with
     * {@code not-found}, {@code order-state} (fact {@code status}) or {@code refund-under-way}.
     */
    public record CancelOrder(UUID orderId, String reason) implements AboutOrder {}

    /**
     * Records that a part of an order has left the warehouse. Answers {@link Shipment}; refused with {@code not-found},
     * {@code order-state} (fact {@code status}), {@code not-in-order} (fact {@code sku}), {@code exceeds-ordered}
     * (facts {@code sku}, {@code remaining}) or {@code idempotency-key-reused}. Operators only.
     *
     * @param key remembered with its outcome, so that a repeat ships nothing
     * @param lines distinct SKUs; null for all that remains
     */
    public record ShipOrder(
            UUID orderId,
            String key,
            String carrier,
            String trackingId,
            @Nullable List<LineRequest> lines) implements AboutOrder {}

    /**
     * Records that all of an order has arrived. Answers {@link Order}; refused as {@link ShipOrder}. Operators only.
     */
    public record DeliverOrder(UUID orderId) implements AboutOrder {}

    /**
     * Gives money back. Answers {@link OrderRefund}, {@code PENDING} until the payment provider has it done; refused
     * with {@code not-found}, {@code order-state} (fact {@code status}), {@code refund-exceeds-captured} (fact
     * {@code refundable}, in minor units) or {@code idempotency-key-reused}. Operators only.
     *
     * @param key remembered with its outcome, so that a repeat refunds nothing
     * @param amount null for all that can be refunded
     */
    public record RefundOrder(
            UUID orderId, String key, @Nullable Money amount, String reason) implements AboutOrder {}

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

    /** @param cancellation why it is or was cancelled, null if it is not */
    public record Order(
            UUID id,
            String number,
            UUID userId,
            Status status,
            List<OrderLine> lines,
            Money total,
            @Nullable PaymentView payment,
            @Nullable Rejection rejection,
            @Nullable String cancellation,
            List<Shipment> shipments,
            List<OrderRefund> refunds,
            int version,
            Instant createdAt,
            Instant updatedAt,
            List<String> nextActions)
            implements AboutOrder {
        /** An older order service says nothing of refunds, which is told as none. */
        public Order {
            refunds = refunds == null ? List.of() : List.copyOf(refunds);
        }

        @Override
        public UUID orderId() {
            return id;
        }
    }

    public record Shipment(UUID id, String carrier, String trackingId, List<LineRequest> lines, Instant shippedAt) {}

    /** @param failure why it failed, null if it did not */
    public record OrderRefund(
            UUID id,
            Money amount,
            String reason,
            PaymentMessages.RefundStatus status,
            @Nullable String failure,
            Instant requestedAt) {}

    public record OrderPage(List<Order> items, @Nullable String nextCursor) {}

    public record OrderHistory(List<HistoryItem> items) {}

    /**
     * @param data the event as a JSON object, in text
     * @param status of the order after it
     */
    public record HistoryItem(int version, String type, String data, Status status, Instant recordedAt) {}
}
