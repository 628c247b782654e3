package io.trolleybus.verification;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An order as the platform shows it. */
record Order(
        String id,
        String userId,
        String status,
        List<Line> lines,
        Money total,
        @Nullable Payment payment,
        @Nullable Rejection rejection,
        long version,
        String createdAt,
        String updatedAt) {

    record Line(String sku, String name, long quantity, Money unitPrice, Money lineTotal) {}

    record Payment(String id, String status, Money captured, Money refunded) {}

    record Rejection(
            String code,
            String detail,
            @Nullable String sku,
            @Nullable Long available) {}

    boolean hasEnded() {
        return !status.equals("PENDING");
    }

    boolean isConfirmed() {
        return status.equals("CONFIRMED");
    }

    /** What was captured and not given back. */
    Money kept() {
        long net = payment == null ? 0 : payment.captured.amount() - payment.refunded.amount();
        return new Money(net, total.currency());
    }

    /** Why the order was rejected, for a test that knows that it was. */
    Rejection refusal() {
        return Objects.requireNonNull(rejection, () -> "no rejection: " + this);
    }

    /** Why the order was rejected, or its status if it was not: readable where a test compares many. */
    String outcome() {
        return rejection == null ? status : status + " " + rejection.code();
    }

    long quantityOf(String sku) {
        return lines.stream()
                .filter(line -> line.sku().equals(sku))
                .mapToLong(Line::quantity)
                .sum();
    }
}
