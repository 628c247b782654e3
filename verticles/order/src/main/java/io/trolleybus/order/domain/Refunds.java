package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.OrderCommand.RequestRefund;
import io.trolleybus.order.domain.OrderEvent.RefundFailed;
import io.trolleybus.order.domain.OrderEvent.RefundProcessed;
import io.trolleybus.order.domain.OrderEvent.RefundRequested;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What may be given back of what was captured, and when. */
final class Refunds {
    private Refunds() {}

    /** For an order that is paid for. */
    static Reply<List<OrderEvent>> request(Order order, RequestRefund wanted) {
        Money refundable = order.payment().refundable();
        Money amount = wanted.amount() == null ? refundable : wanted.amount();
        if (!amount.currency().equals(refundable.currency())) {
            return Reply.refused(Refusals.MIXED_CURRENCIES, "the order was paid in " + refundable.currency());
        }
        if (amount.amount() > refundable.amount() || amount.amount() < 1) {
            return Reply.refused(new Refusal(
                    Refusals.REFUND_EXCEEDS_CAPTURED,
                    refundable.amount() + " minor units can still be refunded",
                    Map.of("refundable", refundable.amount())));
        }
        return Reply.done(List.of(new RefundRequested(wanted.refundId(), amount, wanted.reason(), wanted.by())));
    }

    static Reply<List<OrderEvent>> complete(Order order, UUID refundId) {
        return ofPending(order, refundId, RefundStatus.PROCESSED).map(refund -> refund.stream()
                .<OrderEvent>map(pending -> new RefundProcessed(refundId, pending.amount()))
                .toList());
    }

    static Reply<List<OrderEvent>> fail(Order order, UUID refundId, Refusal reason) {
        return ofPending(order, refundId, RefundStatus.FAILED).map(refund -> refund.stream()
                .<OrderEvent>map(pending -> new RefundFailed(refundId, reason.code(), reason.detail()))
                .toList());
    }

    /** The refund if it is under way, none if it has come to this end already. */
    private static Reply<List<OrderRefund>> ofPending(Order order, UUID refundId, RefundStatus end) {
        return order.payment()
                .refund(refundId)
                .<Reply<List<OrderRefund>>>map(refund -> {
                    if (refund.status() == RefundStatus.PENDING) {
                        return Reply.done(List.of(refund));
                    }
                    return refund.status() == end
                            ? Reply.done(List.of())
                            : Reply.refused(Refusals.ORDER_STATE, "refund " + refundId + " is " + refund.status());
                })
                .orElseGet(() -> Reply.refused(Refusals.NOT_FOUND, "there is no refund " + refundId));
    }
}
