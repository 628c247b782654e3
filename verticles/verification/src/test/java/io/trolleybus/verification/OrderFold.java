package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.LongStream;

/**
 * An order's state worked out from its events alone, by rules written here anew: if the platform's own fold were wrong,
 * this one would not be wrong with it.
 */
record OrderFold(String status, Money total, long version) {

    private static final OrderFold NOTHING = new OrderFold("NOTHING", Money.eur(0), 0);

    static OrderFold of(List<OrderEvent> events) {
        assertThat(events.stream().map(OrderEvent::version))
                .as("versions without a gap")
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
        OrderFold state = NOTHING;
        for (OrderEvent event : events) {
            state = state.after(event);
        }
        return state;
    }

    /** What the order's row in the view must agree with. */
    static OrderFold of(Order order) {
        return new OrderFold(order.status(), order.total(), order.version());
    }

    private OrderFold after(OrderEvent event) {
        return switch (event.type()) {
            case "OrderCreated" ->
                from("NOTHING", event).become("PENDING", totalOf(event.data().path("lines")));
            case "PaymentProcessed" -> from("PENDING", event).become("PENDING", total);
            case "OrderConfirmed" -> from("PENDING", event).become("CONFIRMED", total);
            case "OrderRejected" -> from("PENDING", event).become("REJECTED", total);
            default -> become(status, total);
        };
    }

    private OrderFold from(String expected, OrderEvent event) {
        assertThat(status).as("status before %s", event).isEqualTo(expected);
        return this;
    }

    private OrderFold become(String nextStatus, Money nextTotal) {
        return new OrderFold(nextStatus, nextTotal, version + 1);
    }

    private static Money totalOf(JsonNode lines) {
        assertThat(lines).as("lines of OrderCreated").isNotEmpty();
        long amount = 0;
        for (JsonNode line : lines) {
            amount += line.path("quantity").asLong()
                    * line.path("unitPrice").path("amount").asLong();
        }
        return new Money(
                amount, lines.path(0).path("unitPrice").path("currency").asText());
    }
}
