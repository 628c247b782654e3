package io.trolleybus.order;

import io.trolleybus.model.Principal;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What somebody could do with an order now: each command is tried on it, so that nothing is promised that is refused.
 */
final class NextActions {
    private static final UUID SOMEBODY = new UUID(0, 0);

    private NextActions() {}

    /** Verbs; empty if nothing can be done. */
    static List<String> of(Order order, Principal reader) {
        List<String> actions = new ArrayList<>();
        addIfPossible(actions, "cancel", order, new OrderCommand.RequestCancel("", SOMEBODY));
        if (reader.isOperator()) {
            addIfPossible(actions, "ship", order, new OrderCommand.Ship(SOMEBODY, "", "", null, SOMEBODY));
            addIfPossible(actions, "deliver", order, new OrderCommand.Deliver(SOMEBODY));
            addIfPossible(actions, "refund", order, new OrderCommand.RequestRefund(SOMEBODY, null, "", SOMEBODY));
        }
        return actions;
    }

    private static void addIfPossible(List<String> actions, String name, Order order, OrderCommand command) {
        boolean possible = order.decide(command).fold(events -> !events.isEmpty(), refusal -> false);
        if (possible) {
            actions.add(name);
        }
    }
}
