package io.trolleybus.order.domain;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Refusals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the order knows of its payment. Immutable.
 *
 * @param refunded what was given back, whether by refunds or because the order was cancelled
 * @param refunds in the order in which they were asked for
 */
public record OrderPayment(UUID id, Status status, Money captured, Money refunded, List<OrderRefund> refunds) {
    public OrderPayment {
        refunds = List.copyOf(refunds);
    }

    static OrderPayment pending(UUID id, String currency) {
        return new OrderPayment(id, Status.PENDING, Money.zero(currency), Money.zero(currency), List.of());
    }

    /** What can still be given back: refunds that are under way count as given. */
    public Money refundable() {
        return new Money(captured.amount() - refunded.amount() - underWay(), captured.currency());
    }

    /** Whether a refund waits for the payment provider. */
    public boolean isRefunding() {
        return refunds.stream().anyMatch(refund -> refund.status() == RefundStatus.PENDING);
    }

    public Optional<OrderRefund> refund(UUID refundId) {
        return refunds.stream().filter(refund -> refund.id().equals(refundId)).findFirst();
    }

    private long underWay() {
        return refunds.stream()
                .filter(refund -> refund.status() == RefundStatus.PENDING)
                .mapToLong(refund -> refund.amount().amount())
                .sum();
    }

    OrderPayment captured(Money amount) {
        return new OrderPayment(id, Status.CAPTURED, amount, refunded, refunds);
    }

    OrderPayment afterRejection(Rejection rejection) {
        Status next = rejection.code().equals(Refusals.PAYMENT_DECLINED) ? Status.DECLINED : Status.VOIDED;
        return new OrderPayment(id, next, captured, refunded, refunds);
    }

    /**
     * Nothing of it is left: it was never captured, or all is given back.
     *
     * @param givenBack more than was known to be captured, if the order was given up before it heard of that; null if
     *     nobody said
     */
    OrderPayment undone(@Nullable Money givenBack) {
        Money all = givenBack != null && givenBack.amount() > captured.amount()
                ? new Money(givenBack.amount(), captured.currency())
                : captured;
        Status next = all.amount() == 0 ? Status.VOIDED : Status.REFUNDED;
        return new OrderPayment(id, next, all, all, refunds);
    }

    OrderPayment refundRequested(UUID refundId, Money amount, String reason, Instant at) {
        var more = new ArrayList<>(refunds);
        more.add(new OrderRefund(refundId, amount, reason, RefundStatus.PENDING, null, at));
        return new OrderPayment(id, status, captured, refunded, more);
    }

    OrderPayment refundProcessed(UUID refundId, Money amount) {
        Money given = refunded.plus(amount);
        Status next = given.equals(captured) ? Status.REFUNDED : Status.PARTIALLY_REFUNDED;
        return new OrderPayment(
                id,
                next,
                captured,
                given,
                changed(
                        refundId,
                        refund -> new OrderRefund(
                                refund.id(),
                                refund.amount(),
                                refund.reason(),
                                RefundStatus.PROCESSED,
                                null,
                                refund.requestedAt())));
    }

    OrderPayment refundFailed(UUID refundId, String failure) {
        return new OrderPayment(
                id,
                status,
                captured,
                refunded,
                changed(
                        refundId,
                        refund -> new OrderRefund(
                                refund.id(),
                                refund.amount(),
                                refund.reason(),
                                RefundStatus.FAILED,
                                failure,
                                refund.requestedAt())));
    }

    private List<OrderRefund> changed(UUID refundId, UnaryOperator<OrderRefund> change) {
        return refunds.stream()
                .map(refund -> refund.id().equals(refundId) ? change.apply(refund) : refund)
                .toList();
    }
}
