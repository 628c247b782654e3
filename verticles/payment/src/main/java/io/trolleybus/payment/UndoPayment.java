package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Undoes a payment, step by step, until nothing is captured or all of it has been given back. */
final class UndoPayment {
    private final Payments payments;
    private final Provider provider;
    private final TraceLog log;

    UndoPayment(Payments payments, Provider provider, TraceLog log) {
        this.payments = payments;
        this.provider = provider;
        this.log = log;
    }

    /** Fails with {@link UnavailableException} while the provider has not said what became of the charge. */
    Future<Reply<Voided>> undo(Call call, VoidPayment command) {
        return payments.findOrClose(command, call.trace()).compose(payment -> {
            if (!payment.orderId().equals(command.orderId())) {
                return Future.succeededFuture(Reply.refused(
                        Refusals.IDEMPOTENCY_KEY_REUSED, "payment " + payment.id() + " is for another order"));
            }
            return undo(call, payment).map(Reply::done);
        });
    }

    /** Each step leaves the payment at a later version, so this ends after a void and a refund at the most. */
    private Future<Voided> undo(Call call, Payment payment) {
        return payment.state()
                .undo()
                .fold(
                        () -> Future.succeededFuture(done(call, payment)),
                        () -> voidCharge(call, payment).compose(next -> undo(call, next)),
                        amount -> refund(call, payment, amount).compose(next -> undo(call, next)));
    }

    private Future<Payment> voidCharge(Call call, Payment payment) {
        return provider.voidCharge(payment, call.trace())
                .compose(verdict -> payments.record(payment, verdict.settles(payment), call.trace()));
    }

    private Future<Payment> refund(Call call, Payment payment, Money amount) {
        var refunded = new RefundProcessed(payment.id(), payment.orderId(), amount);
        return provider.refund(payment, amount, refundKey(payment), call.trace())
                .compose(done -> payments.record(payment, refunded, call.trace()));
    }

    /** The same for every attempt to refund what this version of the payment leaves to refund. */
    private static UUID refundKey(Payment payment) {
        String name = payment.id() + "/refund/" + payment.version();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII));
    }

    private Voided done(Call call, Payment payment) {
        log.story(
                call.trace(),
                "order.id",
                payment.orderId(),
                "payment {} is undone: {}",
                payment.id(),
                payment.state().status());
        return new Voided(payment.id(), payment.refunded());
    }
}
