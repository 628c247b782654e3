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
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import io.trolleybus.payment.domain.RefundState;
import io.trolleybus.payment.domain.Undo;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Undoes a payment, step by step, until nothing is captured or all of it has been given back. */
final class UndoPayment {
    private final Payments payments;
    private final Provider provider;
    private final Refunding refunding;
    private final TraceLog log;

    UndoPayment(Payments payments, Provider provider, Refunding refunding, TraceLog log) {
        this.payments = payments;
        this.provider = provider;
        this.refunding = refunding;
        this.log = log;
    }

    /**
     * Fails with {@link UnavailableException} while the provider has not said what became of the charge or of a refund,
     * and with {@link IllegalStateException} if it will not give the rest back.
     */
    Future<Reply<Voided>> undo(Call call, VoidPayment command) {
        return payments.findOrClose(command, call.trace()).compose(payment -> {
            if (!payment.orderId().equals(command.orderId())) {
                return Future.succeededFuture(Reply.refused(
                        Refusals.IDEMPOTENCY_KEY_REUSED, "payment " + payment.id() + " is for another order"));
            }
            return undo(call, command, payment).map(Reply::done);
        });
    }

    /**
     * Each step leaves the payment at a later version: voided, with one open refund less, or with nothing to refund.
     */
    private Future<Voided> undo(Call call, VoidPayment command, Payment payment) {
        return payment.state()
                .undo()
                .fold(new Undo.Cases<>(
                        () -> Future.succeededFuture(done(call, payment)),
                        () -> voidCharge(call, payment).compose(next -> undo(call, command, next)),
                        pending -> refunding.resume(call, payment, pending).compose(next -> undo(call, command, next)),
                        rest -> refundRest(call, command, payment, rest).compose(next -> undo(call, command, next))));
    }

    private Future<Payment> voidCharge(Call call, Payment payment) {
        return provider.voidCharge(payment, call.trace())
                .compose(verdict -> payments.record(payment, verdict.settles(payment), call.trace()));
    }

    private Future<Payment> refundRest(Call call, VoidPayment command, Payment payment, Money rest) {
        UUID id = refundId(payment.id(), payment.refunded().amount());
        var event = new RefundRequested(payment.id(), payment.orderId(), id, rest, "void: " + command.reason());
        return refunding.begin(call, payment, event).map(next -> notDeclined(next, id));
    }

    /** Asking again at once would be declined again, so a person must look; whoever undoes it again then asks again. */
    private static Payment notDeclined(Payment payment, UUID refundId) {
        payment.refunds()
                .find(refundId)
                .filter(refund -> refund.state() instanceof RefundState.Failed)
                .ifPresent(refund -> {
                    throw new IllegalStateException(
                            "the provider will not give back the rest of payment " + payment.id());
                });
        return payment;
    }

    /**
     * The same for every attempt to give back what is left after that much. Releases that record no request before they
     * refund, and know no refunds in parts, number what they leave to refund by the payment's version, which is 1; so
     * an attempt of theirs and one of ours are the same to the provider.
     *
     * @param before what was given back before, in minor units
     */
    static UUID refundId(UUID paymentId, long before) {
        String name = paymentId + "/refund/" + (1 + before);
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
