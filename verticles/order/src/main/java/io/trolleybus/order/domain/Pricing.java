package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an order costs at the prices of the moment. */
public final class Pricing {
    /** In minor units: ten thousand million of the currency. */
    public static final long MAX_TOTAL = 1_000_000_000_000L;

    /** A product's name and price. */
    public record Price(String name, Money price) {}

    /** An order's lines with prices, and their sum. */
    public record Priced(List<OrderLine> lines, Money total) {}

    private Pricing() {}

    /** Refused with {@code unknown-product}, {@code mixed-currencies} or {@code total-too-large}. */
    public static Reply<Priced> price(List<LineRequest> requests, Map<String, Price> prices) {
        var lines = new ArrayList<OrderLine>(requests.size());
        Money total = null;
        for (LineRequest request : requests) {
            Price price = prices.get(request.sku());
            if (price == null) {
                return Reply.refused(new Refusal(
                        Refusals.UNKNOWN_PRODUCT,
                        "there is no product " + request.sku(),
                        Map.of("sku", request.sku())));
            }
            Money lineTotal;
            try {
                lineTotal = price.price().times(request.quantity());
                total = total == null ? lineTotal : total.plus(lineTotal);
            } catch (ArithmeticException overflow) {
                return tooLarge();
            } catch (IllegalArgumentException otherCurrency) {
                return Reply.refused(Refusals.MIXED_CURRENCIES, "all lines of an order must have one currency");
            }
            lines.add(new OrderLine(request.sku(), price.name(), request.quantity(), price.price(), lineTotal));
        }
        if (total == null) {
            return Reply.refused(Refusals.INVALID, "an order needs at least one line");
        }
        return total.amount() > MAX_TOTAL ? tooLarge() : Reply.done(new Priced(lines, total));
    }

    private static Reply<Priced> tooLarge() {
        return Reply.refused(Refusals.TOTAL_TOO_LARGE, "the total must not exceed " + MAX_TOTAL + " minor units");
    }
}
