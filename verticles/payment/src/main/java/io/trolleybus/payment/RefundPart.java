package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.Payment;
import io.vertx.core.Future;

/** Gives a part of a payment back, at the word of its order. */
final class RefundPart {
    private final Payments payments;
    private final Refunding refunding;

    RefundPart(Payments payments, Refunding refunding) {
        this.payments = payments;
        this.refunding = refunding;
    }

    /** Fails with {@link UnavailableException} while the provider's verdict is unknown. */
    Future<Reply<Refunded>> refund(Call call, RefundPayment command) {
        return payments.find(command.paymentId()).compose(found -> found.filter(
                        payment -> payment.orderId().equals(command.orderId()))
                .map(payment -> refund(call, command, payment))
                .orElseGet(() -> Future.succeededFuture(Reply.refused(
                        Refusals.NOT_FOUND, "order " + command.orderId() + " has no payment " + command.paymentId()))));
    }

    /**
     * Decides anew after each step, on the payment as it then is. A step that comes to nothing does so because somebody
     * else has moved the payment on, so this ends.
     */
    private Future<Reply<Refunded>> refund(Call call, RefundPayment command, Payment payment) {
        return payment.decide(command)
                .fold(
                        Future::succeededFuture,
                        event -> refunding.begin(call, payment, event).compose(next -> refund(call, command, next)),
                        pending ->
                                refunding.resume(call, payment, pending).compose(next -> refund(call, command, next)));
    }
}
