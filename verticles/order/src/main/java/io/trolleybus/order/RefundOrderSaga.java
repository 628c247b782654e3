package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.saga.SagaDefinition;
import io.trolleybus.saga.SagaVersions;
import io.trolleybus.saga.StepFailedException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;

/**
 * How money is given back: the payment service is asked until it has. An operator may end that; then the payment
 * service has the refund decided for good, so that its sum is either given back or free again.
 */
final class RefundOrderSaga {
    static final String NAME = "refund-order";

    /** Of the payment provider; then an operator is to look, since a customer waits. */
    static final int MAX_FAILURES = 3;

    /** As long as a payment service or a provider that is away may take to come back. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final GuardedClient client;

    RefundOrderSaga(GuardedClient client) {
        this.client = client;
    }

    SagaVersions<DeskSaga> versions() {
        return SagaVersions.beginningWith(SagaDefinition.<DeskSaga>named(NAME, 1)
                .insist("refund-payment", this::refundPayment)
                .orWithdraw(this::withdrawRefund)
                .upTo(MAX_FAILURES, PATIENCE)
                .build());
    }

    private Future<Reply<Refunded>> refundPayment(DeskSaga saga, Call call) {
        var refund = new RefundPayment(
                saga.id(),
                saga.needs().paymentId(),
                saga.orderId(),
                amount(saga),
                saga.needs().reason());
        return client.callForLasting(PaymentMessages.REFUND, call, refund, Refunded.class)
                .compose(RefundOrderSaga::unlessProviderFailed);
    }

    /** Which is no refusal of the refund: it is still under way. */
    private static Future<Reply<Refunded>> unlessProviderFailed(Reply<Refunded> reply) {
        return reply.fold(
                refunded -> Future.succeededFuture(reply),
                refusal -> refusal.code().equals(Refusals.PROVIDER_FAILED)
                        ? Future.failedFuture(new StepFailedException(refusal.detail()))
                        : Future.succeededFuture(reply));
    }

    private Future<Reply<Refunded>> withdrawRefund(DeskSaga saga, Call call) {
        var withdrawal = new WithdrawRefund(saga.id(), saga.needs().paymentId(), saga.orderId(), amount(saga));
        return client.callForLasting(PaymentMessages.WITHDRAW_REFUND, call, withdrawal, Refunded.class);
    }

    private static Money amount(DeskSaga saga) {
        return Objects.requireNonNull(saga.needs().amount(), "a refund has an amount");
    }
}
