package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import io.trolleybus.payment.domain.Refund;
import io.trolleybus.payment.domain.RefundVerdict;
import io.vertx.core.Future;
import java.util.UUID;

/**
 * Takes one refund a step further: records that it is asked for, has the provider decide it, records its verdict. What
 * is left to do then, the caller sees in the payment as it is afterwards. Fails with {@link UnavailableException} while
 * the provider's verdict is unknown; the refund stays pending.
 */
final class Refunding {
    private final Payments payments;
    private final Provider provider;
    private final TraceLog log;

    Refunding(Payments payments, Provider provider, TraceLog log) {
        this.payments = payments;
        this.provider = provider;
        this.log = log;
    }

    /** A new refund; unless the payment has changed meanwhile, and then nothing was done. */
    Future<Payment> begin(Call call, Payment payment, RefundRequested event) {
        return payments.change(payment, event, call.trace())
                .compose(outcome -> outcome.made()
                        ? settle(call, outcome.payment(), event.refundId(), provider::refund)
                        : Future.succeededFuture(outcome.payment()));
    }

    /** Somebody was here before and may have refunded: if the provider knows of it, that stands. */
    Future<Payment> resume(Call call, Payment payment, Refund refund) {
        return settle(call, payment, refund.id(), this::askFirst);
    }

    /** The provider promises never to make it, or says what became of it. */
    Future<Payment> withdraw(Call call, Payment payment, Refund refund) {
        return settle(call, payment, refund.id(), provider::voidRefund);
    }

    private interface Asking {
        Future<RefundVerdict> ask(Payment payment, Refund refund, Trace trace);
    }

    private Future<RefundVerdict> askFirst(Payment payment, Refund refund, Trace trace) {
        return provider.askRefund(payment, refund, trace).compose(known -> known.map(Future::succeededFuture)
                .orElseGet(() -> provider.refund(payment, refund, trace)));
    }

    private Future<Payment> settle(Call call, Payment payment, UUID id, Asking asking) {
        Refund refund = refundOf(payment, id);
        return asking.ask(payment, refund, call.trace())
                .compose(verdict -> payments.record(payment, verdict.settles(payment, refund), call.trace()))
                .onSuccess(settled -> tell(
                        call, settled, id, "is " + refundOf(settled, id).state().status()))
                .onFailure(cause -> tell(call, payment, id, "is not decided: " + cause.getMessage()));
    }

    /** Once it is recorded, no later version of the payment is without it. */
    private static Refund refundOf(Payment payment, UUID id) {
        return payment.refunds()
                .find(id)
                .orElseThrow(() -> new IllegalStateException("payment " + payment.id() + " has no refund " + id));
    }

    private void tell(Call call, Payment payment, UUID refundId, String outcome) {
        log.story(
                call.trace(),
                TraceLog.ORDER_ID,
                payment.orderId(),
                "refund {} of payment {} {}",
                refundId,
                payment.id(),
                outcome);
    }
}
