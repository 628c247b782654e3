package io.trolleybus.order;

import io.trolleybus.journal.Facts;
import io.trolleybus.model.AuditMessages.Hold;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.order.domain.Order;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of the money and the stock of an order to which nothing is to happen by itself: what was captured
 * and given back is what the order says, and what is kept in the warehouse is what it has left to ship. An order that
 * came to nothing keeps nothing, and neither does one that there is not.
 */
final class Conservation {
    private static final String RELEASED = "RELEASED";
    private static final Set<Status> SOLD =
            Set.of(Status.CONFIRMED, Status.PARTIALLY_SHIPPED, Status.SHIPPED, Status.DELIVERED);

    private Conservation() {}

    /** @param payments all that were made for it */
    static Optional<Facts.Difference> ofMoney(@Nullable Order order, List<Payment> payments) {
        long keptAltogether = payments.stream().mapToLong(Conservation::kept).sum();
        // One that was given up before it heard of its payment may not know that there was one.
        if (order == null || order.payment().captured().amount() == 0) {
            return new Facts().and("kept", 0).differenceOf(new Facts().and("kept", keptAltogether));
        }
        UUID id = order.payment().id();
        Optional<Payment> own =
                payments.stream().filter(each -> each.id().equals(id)).findFirst();
        long keptByOthers = keptAltogether - own.map(Conservation::kept).orElse(0L);
        return new Facts()
                .and("captured", text(order.payment().captured()))
                .and("refunded", text(order.payment().refunded()))
                .and("keptByOthers", 0)
                .differenceOf(new Facts()
                        .and("captured", own.map(each -> text(each.captured())).orElse(null))
                        .and("refunded", own.map(each -> text(each.refunded())).orElse(null))
                        .and("keptByOthers", keptByOthers));
    }

    static String text(Money amount) {
        return amount.amount() + " " + amount.currency();
    }

    private static long kept(Payment payment) {
        return payment.captured().amount() - payment.refunded().amount();
    }

    /** @param hold null if nothing was ever kept for it */
    static Optional<Facts.Difference> ofStock(@Nullable Order order, @Nullable Hold hold) {
        List<StockLine> open = hold == null ? List.of() : hold.open();
        if (order == null || !SOLD.contains(order.state().status())) {
            return new Facts()
                    .and("hold", RELEASED)
                    .and("open", Map.of())
                    .differenceOf(new Facts()
                            .and("hold", hold == null ? RELEASED : hold.state())
                            .and("open", units(open)));
        }
        Map<String, Integer> ordered = new TreeMap<>();
        order.lines().forEach(line -> ordered.merge(line.sku(), line.quantity(), Integer::sum));
        Map<String, Integer> unshipped = new TreeMap<>(order.unshipped());
        return new Facts()
                .and("hold", unshipped.isEmpty() ? "SOLD" : "ALLOCATED")
                .and("lines", ordered)
                .and("open", unshipped)
                .differenceOf(new Facts()
                        .and("hold", hold == null ? null : hold.state())
                        .and("lines", units(hold == null ? List.of() : hold.lines()))
                        .and("open", units(open)));
    }

    private static Map<String, Integer> units(List<StockLine> lines) {
        Map<String, Integer> units = new TreeMap<>();
        lines.forEach(line -> units.merge(line.sku(), line.quantity(), Integer::sum));
        return units;
    }
}
