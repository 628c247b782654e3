package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.RefundDecision;
import io.vertx.core.Future;
import java.util.UUID;
import java.util.function.Function;

/** Gives a part of a payment back, at the word of its order, or makes sure that it never will be. */
final class RefundPart {
    private final Payments payments;
    private final Refunding refunding;

    RefundPart(Payments payments, Refunding refunding) {
        this.payments = payments;
        this.refunding = refunding;
    }

    /**
     * Fails with {@link UnavailableException} while the provider's verdict is unknown, unless the provider itself says
     * that it could not.
     */
    Future<Reply<Refunded>> refund(Call call, RefundPayment command) {
        return ofPayment(command.paymentId(), command.orderId(), payment -> refund(call, command, payment))
                .recover(RefundPart::refusedIfProviderFailed);
    }

    /** Fails with {@link UnavailableException} while the provider's verdict is unknown. */
    Future<Reply<Refunded>> withdraw(Call call, WithdrawRefund command) {
        return ofPayment(command.paymentId(), command.orderId(), payment -> withdraw(call, command, payment));
    }

    private Future<Reply<Refunded>> ofPayment(
            UUID paymentId, UUID orderId, Function<Payment, Future<Reply<Refunded>>> work) {
        return payments.find(paymentId)
                .compose(found -> found.filter(payment -> payment.orderId().equals(orderId))
                        .map(work)
                        .orElseGet(() -> Future.succeededFuture(Reply.refused(
                                Refusals.NOT_FOUND, "order " + orderId + " has no payment " + paymentId))));
    }

    private static Future<Reply<Refunded>> refusedIfProviderFailed(Throwable cause) {
        return Provider.wasUnable(cause)
                ? Future.succeededFuture(Reply.refused(Refusals.PROVIDER_FAILED, String.valueOf(cause.getMessage())))
                : Future.failedFuture(cause);
    }

    /**
     * Decides anew after each step, on the payment as it then is. A step that comes to nothing does so because somebody
     * else has moved the payment on, so this ends.
     */
    private Future<Reply<Refunded>> refund(Call call, RefundPayment command, Payment payment) {
        return payment.decide(command)
                .fold(new RefundDecision.Cases<>(
                        Future::succeededFuture,
                        event -> refunding.begin(call, payment, event).compose(next -> refund(call, command, next)),
                        pending ->
                                refunding.resume(call, payment, pending).compose(next -> refund(call, command, next))));
    }

    /** Decides anew after each step, too. */
    private Future<Reply<Refunded>> withdraw(Call call, WithdrawRefund command, Payment payment) {
        return payment.refunds()
                .find(command.refundId())
                .map(known -> known.answer().map(Future::succeededFuture).orElseGet(() -> refunding
                        .withdraw(call, payment, known)
                        .compose(next -> withdraw(call, command, next))))
                .orElseGet(() -> withdrawUnseen(call, command, payment));
    }

    /** The provider is asked for a refund only once it is recorded, and after this it never will be. */
    private Future<Reply<Refunded>> withdrawUnseen(Call call, WithdrawRefund command, Payment payment) {
        return payment.tombstone(command)
                .map(event ->
                        payments.record(payment, event, call.trace()).compose(next -> withdraw(call, command, next)))
                .orElseGet(() -> Future.succeededFuture(
                        Reply.refused(Refusals.NOT_FOUND, "nothing of payment " + payment.id() + " was captured")));
    }
}
