package io.trolleybus.order;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.ReleaseStock;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.Reply;
import io.trolleybus.saga.SagaDefinition;
import io.trolleybus.saga.SagaVersions;
import io.trolleybus.saga.StepFailedException;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * How an order is given up, at whatever point it was: undo the payment, release the stock. Either command leaves a
 * tombstone with a receiver that has not seen the order yet, so that what the place-order saga has sent and is still on
 * its way comes to nothing.
 */
final class CancelOrderSaga {
    static final String NAME = "cancel-order";

    /** A provider that is away must not need an operator. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** About ten minutes, too, at the saga's pauses. */
    private static final int MAX_FAILURES = 60;

    private final GuardedClient client;
    private final GivenBack givenBack;

    /** @param givenBack where it is noted what a void gave back, for the order to tell */
    CancelOrderSaga(GuardedClient client, GivenBack givenBack) {
        this.client = client;
        this.givenBack = givenBack;
    }

    SagaVersions<DeskSaga> versions() {
        return SagaVersions.beginningWith(SagaDefinition.<DeskSaga>named(NAME, 1)
                .insist("void-payment", this::voidPayment)
                .upTo(MAX_FAILURES, PATIENCE)
                .insist("release-stock", this::releaseStock)
                .upTo(MAX_FAILURES, PATIENCE)
                .build());
    }

    private Future<Reply<Voided>> voidPayment(DeskSaga saga, Call call) {
        var undo = new VoidPayment(
                saga.needs().paymentId(), saga.orderId(), saga.needs().reason());
        return client.callForLasting(PaymentMessages.VOID, call, undo, Voided.class)
                .compose(CancelOrderSaga::done)
                .compose(reply -> reply.fold(
                        voided -> voided.refunded().amount() == 0
                                ? Future.succeededFuture(reply)
                                : givenBack.note(saga, voided.refunded()).map(reply),
                        refusal -> Future.succeededFuture(reply)));
    }

    private Future<Reply<Released>> releaseStock(DeskSaga saga, Call call) {
        var release = new ReleaseStock(saga.orderId(), saga.needs().reason());
        return client.callForLasting(InventoryMessages.RELEASE, call, release, Released.class)
                .compose(CancelOrderSaga::done);
    }

    /** Neither is ever refused to an order of which nothing was shipped; if one is, an operator is to see it. */
    private static <R> Future<Reply<R>> done(Reply<R> reply) {
        return reply.fold(
                result -> Future.succeededFuture(reply),
                refusal -> Future.failedFuture(
                        new StepFailedException("refused with " + refusal.code() + ": " + refusal.detail())));
    }
}
