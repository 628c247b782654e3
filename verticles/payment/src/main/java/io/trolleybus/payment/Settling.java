package io.trolleybus.payment;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.AuditMessages.SettlePayments;
import io.trolleybus.model.AuditMessages.SettledPayments;
import io.trolleybus.model.Page;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.PaymentWrite.Outcome;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.Refund;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Records what the provider has decided of charges and refunds whose answer nobody heard, as the events that the
 * answers would have been. It asks only: what the provider has not seen stays open. For one event loop.
 */
final class Settling {
    private final Payments payments;
    private final Provider provider;
    private final PaymentAudit audit;

    Settling(Payments payments, Provider provider, PaymentAudit audit) {
        this.payments = payments;
        this.provider = provider;
        this.audit = audit;
    }

    /** Fails with {@link UnavailableException} if the provider does not answer; what was recorded by then stays. */
    Future<Reply<SettledPayments>> settle(Call call, SettlePayments command) {
        if (command.orderIds().size() > Page.MAX_LIMIT) {
            return Future.succeededFuture(
                    Reply.refused(Refusals.INVALID, "at most " + Page.MAX_LIMIT + " orders at a time"));
        }
        List<UUID> settled = new ArrayList<>();
        return audit.streamsOf(command.orderIds()).compose(ids -> {
            Future<Void> all = Future.succeededFuture();
            for (UUID id : ids) {
                all = all.compose(done -> settle(call, id, settled));
            }
            return all.map(done ->
                    Reply.done(new SettledPayments(settled.stream().distinct().toList())));
        });
    }

    private Future<Void> settle(Call call, UUID id, List<UUID> settled) {
        return payments.find(id).compose(found -> {
            Payment payment = found.orElseThrow(() -> new IllegalStateException("payment " + id + " was there"));
            if (payment.answerToCharge().isEmpty()) {
                return provider.ask(id, call.trace())
                        .compose(verdict ->
                                record(call, payment, verdict.map(known -> known.settles(payment)), settled));
            }
            Future<Void> all = Future.succeededFuture();
            for (Refund refund : payment.refunds().all()) {
                all = refund.isPending() ? all.compose(done -> settle(call, id, refund, settled)) : all;
            }
            return all;
        });
    }

    /** Of the payment as it is by now, since each refund that is decided moves it. */
    private Future<Void> settle(Call call, UUID id, Refund refund, List<UUID> settled) {
        return payments.find(id).compose(found -> {
            Payment payment = found.orElseThrow(() -> new IllegalStateException("payment " + id + " was there"));
            return provider.askRefund(payment, refund, call.trace())
                    .compose(verdict ->
                            record(call, payment, verdict.map(known -> known.settles(payment, refund)), settled));
        });
    }

    private Future<Void> record(Call call, Payment payment, Optional<PaymentEvent> event, List<UUID> settled) {
        return event.isEmpty()
                ? Future.succeededFuture()
                : payments.change(payment, event.get(), call.trace())
                        .map(Outcome::made)
                        .onSuccess(made -> {
                            if (made) {
                                settled.add(payment.orderId());
                            }
                        })
                        .mapEmpty();
    }
}
