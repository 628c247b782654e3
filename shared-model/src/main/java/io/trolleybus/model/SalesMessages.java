package io.trolleybus.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the order service answers to operators who want to know what was sold. */
public final class SalesMessages {
    public static final String FIND = "order.find-sales";

    private SalesMessages() {}

    /**
     * Answers {@link SalesPage}, by day and SKU; refused with {@code invalid}. Operators only.
     *
     * @param from the first day (UTC), such as {@code 2026-01-31}
     * @param to the last day, at most 365 days later
     */
    public record FindSales(String from, String to, Page page) {}

    /**
     * What was sold of a product on a day (UTC), in one currency. Revenue less what was cancelled and refunded is what
     * was kept; those count on their own day, not on that of the sale.
     *
     * @param units of orders that were confirmed on this day
     * @param revenue of the same
     * @param cancelledUnits of confirmed orders whose cancellation was completed on this day
     * @param cancelledRevenue of the same, without what had been refunded before
     * @param refunded given back on this day for orders that stand; the lines of an order share a refund by their
     *     totals
     */
    public record ProductSales(
            String day,
            String sku,
            long units,
            Money revenue,
            long cancelledUnits,
            Money cancelledRevenue,
            Money refunded) {}

    public record SalesPage(
            List<ProductSales> items, @Nullable String nextCursor) {}
}
