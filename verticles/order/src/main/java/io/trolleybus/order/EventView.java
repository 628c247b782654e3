package io.trolleybus.order;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trolleybus.chassis.Json;
import io.trolleybus.model.Principal;
import io.trolleybus.order.domain.OrderEvent;
import java.util.UUID;

/** An order's event as its reader may see it. */
final class EventView {
    private static final String BY = "by";

    private EventView() {}

    /**
     * The event as JSON, all of it for operators and services. To its customer an operator is a role, not a person, and
     * why an operator stepped in is not told.
     */
    static String of(OrderEvent event, UUID customer, Principal reader) {
        if (reader.isOperator() || reader.isService()) {
            return Json.write(event);
        }
        ObjectNode seen = Json.MAPPER.valueToTree(event);
        if (seen.has(BY) && !seen.path(BY).asText().equals(customer.toString())) {
            seen.put(BY, Principal.OPERATOR);
        }
        if (event instanceof OrderEvent.Intervention) {
            seen.remove("reason");
        }
        return Json.write(seen);
    }
}
