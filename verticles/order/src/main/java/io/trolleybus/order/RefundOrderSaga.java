package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.Reply;
import io.trolleybus.saga.SagaDefinition;
import io.trolleybus.saga.SagaVersions;
import io.vertx.core.Future;
import java.util.Objects;

/** How money is given back: the payment service is asked until it has. */
final class RefundOrderSaga {
    static final String NAME = "refund-order";

    /** Then an operator is to look, since a customer waits. */
    static final int MAX_ATTEMPTS = 3;

    private final GuardedClient client;

    RefundOrderSaga(GuardedClient client) {
        this.client = client;
    }

    SagaVersions<DeskSaga> versions() {
        return SagaVersions.beginningWith(SagaDefinition.<DeskSaga>named(NAME, 1)
                .insist("refund-payment", this::refundPayment, MAX_ATTEMPTS)
                .build());
    }

    private Future<Reply<Refunded>> refundPayment(DeskSaga saga, Call call) {
        Money amount = Objects.requireNonNull(saga.needs().amount(), "a refund has an amount");
        var refund = new RefundPayment(
                saga.id(),
                saga.needs().paymentId(),
                saga.orderId(),
                amount,
                saga.needs().reason());
        return client.callForLasting(PaymentMessages.REFUND, call, refund, Refunded.class);
    }
}
