package io.trolleybus.inventory.domain;

import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;

/** What is to become of a hold that is past its time. Only an order that surely wants it no more gives it back. */
public enum HoldVerdict {
    KEEP,
    ALLOCATE,
    RELEASE;

    /** @param answer of the order service when asked for the order, as one who may see every order */
    public static HoldVerdict of(Reply<Order> answer) {
        return answer.fold(order -> of(order.status()), HoldVerdict::of);
    }

    private static HoldVerdict of(Status status) {
        return switch (status) {
            case PENDING, CANCELLING -> KEEP;
            case CONFIRMED, PARTIALLY_SHIPPED, SHIPPED, DELIVERED -> ALLOCATE;
            case REJECTED, CANCELLED -> RELEASE;
        };
    }

    private static HoldVerdict of(Refusal refusal) {
        return refusal.code().equals(Refusals.NOT_FOUND) ? RELEASE : KEEP;
    }
}
