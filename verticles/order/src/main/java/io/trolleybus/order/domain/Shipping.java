package io.trolleybus.order.domain;

import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.OrderCommand.Ship;
import io.trolleybus.order.domain.OrderEvent.OrderShipped;
import java.util.List;
import java.util.Map;

/** What may leave the warehouse: no more of anything than was ordered. */
final class Shipping {
    private Shipping() {}

    static Reply<List<OrderEvent>> ship(Order order, Ship wanted) {
        Map<String, Integer> unshipped = order.unshipped();
        List<LineRequest> lines = wanted.lines();
        if (lines == null) {
            lines = unshipped.entrySet().stream()
                    .map(left -> new LineRequest(left.getKey(), left.getValue()))
                    .toList();
        }
        for (LineRequest line : lines) {
            if (order.lines().stream().noneMatch(ordered -> ordered.sku().equals(line.sku()))) {
                return Reply.refused(new Refusal(
                        Refusals.NOT_IN_ORDER, line.sku() + " is not in the order", Map.of("sku", line.sku())));
            }
            int remaining = unshipped.getOrDefault(line.sku(), 0);
            if (line.quantity() > remaining) {
                return Reply.refused(new Refusal(
                        Refusals.EXCEEDS_ORDERED,
                        remaining + " of " + line.sku() + " are left to ship",
                        Map.of("sku", line.sku(), "remaining", remaining)));
            }
        }
        return Reply.done(List.of(
                new OrderShipped(wanted.shipmentId(), wanted.carrier(), wanted.trackingId(), lines, wanted.by())));
    }
}
