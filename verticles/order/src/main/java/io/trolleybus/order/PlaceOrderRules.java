package io.trolleybus.order;

import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What every order must keep to, whoever sent it. */
final class PlaceOrderRules {
    static final int MAX_LINES = 100;
    static final int MAX_QUANTITY = 10_000;
    static final int MAX_KEY_CHARS = 255;
    static final int MAX_TOKEN_CHARS = 255;
    static final int MAX_WAIT_MS = 30_000;

    private PlaceOrderRules() {}

    static Optional<Refusal> check(PlaceOrder command) {
        if (command.lines().isEmpty() || command.lines().size() > MAX_LINES) {
            return invalid("an order has 1 to " + MAX_LINES + " lines");
        }
        if (command.key().isEmpty() || command.key().length() > MAX_KEY_CHARS) {
            return invalid("a key has 1 to " + MAX_KEY_CHARS + " characters");
        }
        if (command.paymentToken().isEmpty() || command.paymentToken().length() > MAX_TOKEN_CHARS) {
            return invalid("a payment token has 1 to " + MAX_TOKEN_CHARS + " characters");
        }
        if (command.waitMs() < 0 || command.waitMs() > MAX_WAIT_MS) {
            return invalid("waitMs is 0 to " + MAX_WAIT_MS);
        }
        return checkLines(command.lines());
    }

    /** That each SKU stands in one line, with a quantity that makes sense. */
    static Optional<Refusal> checkLines(List<LineRequest> lines) {
        Set<String> skus = new HashSet<>();
        for (LineRequest line : lines) {
            if (line.quantity() < 1 || line.quantity() > MAX_QUANTITY) {
                return invalid("the quantity of " + line.sku() + " must be 1 to " + MAX_QUANTITY);
            }
            if (!skus.add(line.sku())) {
                return invalid(line.sku() + " stands in two lines");
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> invalid(String detail) {
        return Optional.of(Refusal.of(Refusals.INVALID, detail));
    }
}
