package io.trolleybus.order;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.CancelOrder;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.ShipOrder;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every command to an existing order must keep to, whoever sent it. */
final class OrderDeskRules {
    static final int MAX_REASON_CHARS = 500;
    static final int MAX_NAME_CHARS = 100;

    private OrderDeskRules() {}

    static Optional<Refusal> check(CancelOrder command) {
        return checkReason(command.reason());
    }

    static Optional<Refusal> checkIntervention(String reason, @Nullable String key) {
        return checkReason(reason)
                .or(() -> key == null ? Optional.empty() : checkText("a key", key, PlaceOrderRules.MAX_KEY_CHARS));
    }

    static Optional<Refusal> checkReason(String reason) {
        return checkText("a reason", reason, MAX_REASON_CHARS);
    }

    static Optional<Refusal> check(ShipOrder command) {
        return checkText("a key", command.key(), PlaceOrderRules.MAX_KEY_CHARS)
                .or(() -> checkText("a carrier", command.carrier(), MAX_NAME_CHARS))
                .or(() -> checkText("a tracking id", command.trackingId(), MAX_NAME_CHARS))
                .or(() -> checkLines(command.lines()));
    }

    static Optional<Refusal> check(RefundOrder command) {
        return checkText("a key", command.key(), PlaceOrderRules.MAX_KEY_CHARS)
                .or(() -> checkReason(command.reason()))
                .or(() -> checkAmount(command.amount()));
    }

    private static Optional<Refusal> checkText(String what, String text, int maxChars) {
        return text.isBlank() || text.length() > maxChars
                ? invalid(what + " has 1 to " + maxChars + " characters")
                : Optional.empty();
    }

    private static Optional<Refusal> checkLines(@Nullable List<LineRequest> lines) {
        if (lines == null) {
            return Optional.empty();
        }
        return lines.isEmpty() || lines.size() > PlaceOrderRules.MAX_LINES
                ? invalid("a shipment has 1 to " + PlaceOrderRules.MAX_LINES + " lines")
                : PlaceOrderRules.checkLines(lines);
    }

    private static Optional<Refusal> checkAmount(@Nullable Money amount) {
        return amount != null && amount.amount() < 1
                ? invalid("a refund is of at least one minor unit")
                : Optional.empty();
    }

    private static Optional<Refusal> invalid(String detail) {
        return Optional.of(Refusal.of(Refusals.INVALID, detail));
    }
}
