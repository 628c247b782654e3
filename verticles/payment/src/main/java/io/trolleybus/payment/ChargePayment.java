package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.Verdict;
import io.vertx.core.Future;

/** Charges a payment: records the intent, asks the provider, records its verdict. */
final class ChargePayment {
    private final Payments payments;
    private final Provider provider;
    private final TraceLog log;

    ChargePayment(Payments payments, Provider provider, TraceLog log) {
        this.payments = payments;
        this.provider = provider;
        this.log = log;
    }

    /** Fails with {@link UnavailableException} while the provider's verdict is unknown. */
    Future<Reply<Charged>> charge(Call call, Charge command) {
        if (command.amount().amount() <= 0) {
            return Future.succeededFuture(Reply.refused(Refusals.INVALID, "an amount to charge must be positive"));
        }
        return payments.intend(command, call.trace()).compose(intent -> {
            Payment payment = intent.payment();
            if (!payment.isFor(command.orderId(), command.amount())) {
                return Future.succeededFuture(Reply.refused(
                        Refusals.IDEMPOTENCY_KEY_REUSED,
                        "payment " + payment.id() + " is for another order or amount"));
            }
            return payment.answerToCharge().map(Future::succeededFuture).orElseGet(() -> settle(call, command, intent));
        });
    }

    private Future<Reply<Charged>> settle(Call call, Charge command, Payments.Intent intent) {
        Payment payment = intent.payment();
        Future<Verdict> verdict = intent.isNew()
                ? provider.charge(payment, command.token(), call.trace())
                : askFirst(call, command, payment);
        return verdict.recover(cause -> unsettled(call, payment, cause))
                .compose(known -> payments.record(payment, known.settles(payment), call.trace()))
                .map(settled -> answer(call, settled));
    }

    /** Somebody was here before and may have charged: if the provider knows of it, that stands. */
    private Future<Verdict> askFirst(Call call, Charge command, Payment payment) {
        return provider.ask(payment.id(), call.trace()).compose(known -> known.map(Future::succeededFuture)
                .orElseGet(() -> provider.charge(payment, command.token(), call.trace())));
    }

    private Future<Verdict> unsettled(Call call, Payment payment, Throwable cause) {
        if (!(cause instanceof UnavailableException) || Provider.wasNotSent(cause)) {
            return Future.failedFuture(cause);
        }
        log.story(
                call.trace(),
                "order.id",
                payment.orderId(),
                "payment {} has no answer: {}",
                payment.id(),
                String.valueOf(cause.getMessage()));
        return payments.markUnknown(payment).transform(marked -> Future.failedFuture(cause));
    }

    private Reply<Charged> answer(Call call, Payment settled) {
        log.story(
                call.trace(),
                "order.id",
                settled.orderId(),
                "payment {} is {}",
                settled.id(),
                settled.state().status());
        return settled.answerToCharge()
                .orElseThrow(() -> new IllegalStateException("payment " + settled.id() + " was settled and is not"));
    }
}
