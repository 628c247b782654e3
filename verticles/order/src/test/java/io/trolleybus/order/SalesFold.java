package io.trolleybus.order;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.SalesMessages.ProductSales;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.order.domain.OrderEvent.OrderCancelled;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.RefundProcessed;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the sales report has to say, counted event by event and order by order. */
final class SalesFold {
    private static final String EUR = "EUR";

    private final TreeMap<String, ProductSales> sales = new TreeMap<>();
    private final Set<UUID> sold = new HashSet<>();

    /** @param before the order as it was before the event */
    void add(@Nullable Order before, OrderEvent event, Instant at) {
        LocalDate day = at.atZone(ZoneOffset.UTC).toLocalDate();
        if (before == null) {
            return;
        }
        if (event instanceof OrderConfirmed) {
            sold.add(before.id());
            before.lines()
                    .forEach(line -> add(
                            day, line.sku(), line.quantity(), line.lineTotal().amount(), 0, 0, 0));
        }
        long refunded = before.payment().refunded().amount();
        if (event instanceof OrderCancelled && sold.contains(before.id())) {
            List<OrderLine> lines = before.lines();
            for (int i = 0; i < lines.size(); i++) {
                OrderLine line = lines.get(i);
                long left = line.lineTotal().amount() - share(before, i, refunded);
                add(day, line.sku(), 0, 0, line.quantity(), left, 0);
            }
        }
        if (event instanceof RefundProcessed refund) {
            List<OrderLine> lines = before.lines();
            for (int i = 0; i < lines.size(); i++) {
                long more = share(before, i, refunded + refund.amount().amount()) - share(before, i, refunded);
                add(day, lines.get(i).sku(), 0, 0, 0, 0, more);
            }
        }
    }

    /** What falls to a line of an amount: each line gets what the sum of the lines up to it gets more. */
    private static long share(Order order, int line, long amount) {
        long high = 0;
        for (int i = 0; i <= line; i++) {
            high += order.lines().get(i).lineTotal().amount();
        }
        long low = high - order.lines().get(line).lineTotal().amount();
        long whole = order.total().amount();
        return whole == 0 ? 0 : part(amount, high, whole) - part(amount, low, whole);
    }

    private static long part(long amount, long of, long whole) {
        return BigInteger.valueOf(amount)
                .multiply(BigInteger.valueOf(of))
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }

    private void add(
            LocalDate day, String sku, long units, long revenue, long cancelled, long cancelledRevenue, long refunded) {
        sales.merge(
                day + " " + sku,
                new ProductSales(
                        day.toString(),
                        sku,
                        units,
                        new Money(revenue, EUR),
                        cancelled,
                        new Money(cancelledRevenue, EUR),
                        new Money(refunded, EUR)),
                (one, other) -> new ProductSales(
                        one.day(),
                        one.sku(),
                        one.units() + other.units(),
                        one.revenue().plus(other.revenue()),
                        one.cancelledUnits() + other.cancelledUnits(),
                        one.cancelledRevenue().plus(other.cancelledRevenue()),
                        one.refunded().plus(other.refunded())));
    }

    /** By day and SKU. */
    List<ProductSales> sales() {
        return List.copyOf(sales.values());
    }
}
