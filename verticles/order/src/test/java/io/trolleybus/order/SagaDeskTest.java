package io.trolleybus.order;

import static io.trolleybus.order.FakeEndpoint.LOSE_MESSAGE;
import static io.trolleybus.order.FakeEndpoint.PROVIDER_FAILS;
import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.refusal;
import static io.trolleybus.order.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Page;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.SagaMessages;
import io.trolleybus.model.SagaMessages.CompensateSaga;
import io.trolleybus.model.SagaMessages.FindSagas;
import io.trolleybus.model.SagaMessages.GetSaga;
import io.trolleybus.model.SagaMessages.RetrySaga;
import io.trolleybus.model.SagaMessages.Saga;
import io.trolleybus.model.SagaMessages.SagaPage;
import io.trolleybus.model.SagaMessages.SagaStatus;
import io.trolleybus.model.SagaMessages.SagaStep;
import io.trolleybus.testkit.Futures;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator's hand on the sagas. */
class SagaDeskTest {
    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (shop) {
            shop.assertAllAgree();
        }
    }

    private Reply<SagaPage> find(Principal who, @Nullable SagaStatus status) {
        return shop.platform.call(SagaMessages.FIND, who, new FindSagas(status, new Page(20, null)), SagaPage.class);
    }

    private List<UUID> ids(@Nullable SagaStatus status) {
        return result(find(OPERATOR, status)).items().stream().map(Saga::id).toList();
    }

    private Reply<Saga> get(Principal who, UUID id) {
        return shop.platform.call(SagaMessages.GET, who, new GetSaga(id), Saga.class);
    }

    private Reply<Saga> retry(Principal who, UUID id) {
        return shop.platform.call(SagaMessages.RETRY, who, new RetrySaga(id, "it is back", null), Saga.class);
    }

    private Reply<Saga> compensate(Principal who, UUID id) {
        return shop.platform.call(SagaMessages.COMPENSATE, who, new CompensateSaga(id, "not wanted", null), Saga.class);
    }

    private List<String> eventsOf(UUID order) {
        return history(OPERATOR, order).stream().map(HistoryItem::type).toList();
    }

    private List<HistoryItem> history(Principal who, UUID order) {
        return result(shop.platform.call(OrderMessages.EVENTS, who, new GetEvents(order), OrderHistory.class))
                .items();
    }

    private UUID parkedRefund(UUID order) {
        shop.payment.refund.always(PROVIDER_FAILS);
        UUID refund = result(shop.platform.call(
                        OrderMessages.REFUND,
                        OPERATOR,
                        new RefundOrder(order, "refund", null, "broken"),
                        OrderMessages.OrderRefund.class))
                .id();
        await().atMost(Duration.ofSeconds(5)).until(() -> ids(SagaStatus.PARKED).contains(refund));
        return refund;
    }

    @Test
    void aSagaIsShownWithItsStepsWhenItHasEnded() {
        UUID order = shop.placeAndWait().id();

        Saga saga = result(get(OPERATOR, order));

        assertThat(saga.status()).isEqualTo(SagaStatus.COMPLETED);
        assertThat(saga.steps())
                .extracting(SagaStep::name, SagaStep::direction, SagaStep::attempts, SagaStep::outcome)
                .containsExactly(tuple("reserve-stock", "DO", 1, "DONE"), tuple("take-payment", "DO", 1, "DONE"));
        assertThat(saga.node()).isNull();
        assertThat(ids(SagaStatus.COMPLETED)).contains(order);
        assertThat(ids(null)).doesNotContain(order);
    }

    @Test
    void aRefundThatFailsThreeTimesIsListedRetriedAndDoneOnce() {
        UUID order = shop.placeAndWait().id();
        UUID refund = parkedRefund(order);

        Saga parked = result(get(OPERATOR, refund));
        assertThat(parked.step()).isEqualTo("refund-payment");
        assertThat(parked.why()).isEqualTo("failed 3 times: the provider answered 503");
        assertThat(parked.steps())
                .extracting(SagaStep::name, SagaStep::attempts, SagaStep::outcome)
                .containsExactly(tuple("refund-payment", 3, "UNANSWERED"));

        shop.payment.refund.always(FakeEndpoint.DO);
        result(retry(OPERATOR, refund));

        await().until(() -> shop.get(order).refunds().get(0).status() == RefundStatus.PROCESSED);
        assertThat(shop.payment.refunded).containsOnlyKeys(refund);
        Saga done = result(get(OPERATOR, refund));
        assertThat(done.status()).isEqualTo(SagaStatus.COMPLETED);
        assertThat(done.steps()).extracting(SagaStep::outcome).containsExactly("UNANSWERED", "DONE");
        assertThat(eventsOf(order)).endsWith("RefundRequested", "SagaRetried", "RefundProcessed");
        assertThat(refusal(retry(OPERATOR, refund)).code()).isEqualTo(Refusals.SAGA_STATE);
    }

    @Test
    void aParkedRefundThatIsWithdrawnFailsAndItsSumIsFreeAgain() {
        UUID order = shop.placeAndWait().id();
        UUID refund = parkedRefund(order);
        assertThat(refusal(shop.cancel(ALICE, order)).code()).isEqualTo(Refusals.REFUND_UNDER_WAY);
        shop.payment.withdrawal.once(LOSE_MESSAGE);

        result(compensate(OPERATOR, refund));

        await().until(() -> shop.get(order).refunds().get(0).status() == RefundStatus.FAILED);
        assertThat(shop.get(order).refunds().get(0).failure()).isEqualTo("it was not made");
        assertThat(eventsOf(order)).endsWith("RefundRequested", "SagaCompensationForced", "RefundFailed");
        Saga ended = result(get(OPERATOR, refund));
        assertThat(ended.status()).isEqualTo(SagaStatus.COMPENSATED);
        assertThat(ended.steps())
                .extracting(SagaStep::name, SagaStep::direction, SagaStep::outcome)
                .containsExactly(
                        tuple("refund-payment", "DO", "UNANSWERED"), tuple("refund-payment", "UNDO", "REFUSED"));
        assertThat(shop.payment.withdrawal.received).hasSize(2);
        assertThat(result(shop.cancel(ALICE, order)).status()).isEqualTo(Status.CANCELLING);
    }

    @Test
    void aParkedRefundThatWasMadeAllTheSameIsNotGivenBackTwice() {
        UUID order = shop.placeAndWait().id();
        UUID refund = parkedRefund(order);
        shop.payment.refunded.put(refund, Shop.PRICE);

        result(compensate(OPERATOR, refund));

        await().until(() -> shop.get(order).refunds().get(0).status() == RefundStatus.PROCESSED);
        assertThat(result(get(OPERATOR, refund)).status()).isEqualTo(SagaStatus.COMPLETED);
    }

    @Test
    void aCancellationCannotTurnBackAndSaysWhy() {
        UUID order = shop.placeAndWait().id();
        shop.payment.undo.always(LOSE_MESSAGE);
        result(shop.cancel(ALICE, order));
        UUID cancellation = ids(null).get(0);

        assertThat(refusal(compensate(OPERATOR, cancellation)))
                .returns(Refusals.SAGA_STATE, Refusal::code)
                .returns(
                        "a saga of cancel-order cannot turn back: its step void-payment has to be done in any case, and"
                                + " can only be tried again",
                        Refusal::detail);

        shop.payment.undo.always(FakeEndpoint.DO);
        shop.awaitStatus(order, Status.CANCELLED);
    }

    @Test
    void whatAnOperatorDoesIsDoneOnceHoweverOftenItIsSent() {
        UUID order = parkedPlacing();
        var retry = new RetrySaga(order, "it is back", null);
        Call call = shop.platform.newCall(OPERATOR);
        var compensate = new CompensateSaga(order, "seen to", "my-key");

        for (int copy = 0; copy < 2; copy++) {
            result(Futures.await(shop.platform.send(SagaMessages.RETRY, call, retry, Saga.class)));
            await().until(() -> ids(SagaStatus.PARKED).contains(order));
        }
        for (int copy = 0; copy < 2; copy++) {
            result(shop.platform.call(SagaMessages.COMPENSATE, OPERATOR, compensate, Saga.class));
            shop.awaitStatus(order, Status.REJECTED);
        }

        assertThat(eventsOf(order))
                .containsExactly("OrderCreated", "SagaRetried", "SagaCompensationForced", "OrderRejected");
        var other = new CompensateSaga(order, "seen to by another", "my-key");
        assertThat(refusal(shop.platform.call(SagaMessages.COMPENSATE, OPERATOR, other, Saga.class))
                        .code())
                .isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);
        shop.inventory.held.remove(order);
    }

    @Test
    void aSagaThatCannotBeReadIsShownAndLeftAlone() {
        UUID order = parkedPlacing();
        shop.database().execute("update orders set saga = (saga::jsonb || '{\"log\": \"?\"}')::json");

        assertThat(result(get(OPERATOR, order)).steps()).isEmpty();
        assertThat(ids(SagaStatus.PARKED)).containsExactly(order);

        shop.database().execute("update orders set saga = (saga::jsonb - 'log')::json");
        shop.inventory.release.always(FakeEndpoint.DO);
        result(retry(OPERATOR, order));
    }

    @Test
    void aSagaThatIsUnderWayIsTurnedBackAndItsOrderWithdrawn() {
        shop.payment.charge.always(FakeEndpoint.LOSE_REPLY);
        UUID order = shop.place().id();
        await().until(() -> !shop.payment.captured.isEmpty());

        result(compensate(OPERATOR, order));

        OrderMessages.Order rejected = shop.awaitStatus(order, Status.REJECTED);
        assertThat(rejected.rejection().code()).isEqualTo(Refusals.WITHDRAWN);
        assertThat(rejected.rejection().detail()).isEqualTo("an operator withdrew it");
        assertThat(shop.payment.captured).doesNotContainKey(order);
        assertThat(eventsOf(order)).containsExactly("OrderCreated", "SagaCompensationForced", "OrderRejected");
        assertThat(result(get(OPERATOR, order)))
                .returns(SagaStatus.COMPENSATED, Saga::status)
                .returns("an operator withdrew it: not wanted", Saga::why);
        // Who it was and why is for operators.
        assertThat(history(OPERATOR, order).get(1).data())
                .contains("\"reason\":\"not wanted\"", OPERATOR.userId().toString());
        assertThat(history(ALICE, order).get(1).data())
                .contains("\"by\":\"operator\"", order.toString())
                .doesNotContain("not wanted", OPERATOR.userId().toString());
    }

    @Test
    void aParkedCompensationIsTriedAgain() {
        UUID order = parkedPlacing();

        shop.inventory.release.always(FakeEndpoint.DO);
        result(retry(OPERATOR, order));

        assertThat(shop.awaitStatus(order, Status.REJECTED).rejection().code()).isEqualTo(Refusals.PAYMENT_DECLINED);
    }

    @Test
    void aStepThatCannotBeUndoneIsLeftToTheOperator() {
        UUID order = parkedPlacing();

        result(compensate(OPERATOR, order));

        assertThat(shop.awaitStatus(order, Status.REJECTED).rejection().code()).isEqualTo(Refusals.PAYMENT_DECLINED);
        // Which is what the operator has said.
        shop.inventory.held.remove(order);
    }

    private UUID parkedPlacing() {
        shop.payment.charge.once(FakeEndpoint.refuse(Refusal.of(Refusals.PAYMENT_DECLINED, "the card is empty")));
        shop.inventory.release.always(FakeEndpoint.refuse(Refusal.of(Refusals.INVALID, "it is glued to the shelf")));
        UUID order = shop.place().id();
        await().until(() -> ids(SagaStatus.PARKED).contains(order));
        assertThat(result(get(OPERATOR, order)).why()).isEqualTo("refused to be undone: it is glued to the shelf");
        return order;
    }

    @Test
    void aCancelledOrdersPlacingIsSuperseded() {
        shop.payment.charge.always(LOSE_MESSAGE);
        UUID order = shop.place().id();
        await().until(() -> !shop.payment.charge.received.isEmpty());

        result(shop.cancel(ALICE, order));
        shop.awaitStatus(order, Status.CANCELLED);

        assertThat(result(get(OPERATOR, order)))
                .returns(SagaStatus.SUPERSEDED, Saga::status)
                .returns("superseded by cancel-order", Saga::why);
        assertThat(ids(SagaStatus.SUPERSEDED)).containsExactly(order);
        assertThat(result(find(OPERATOR, SagaStatus.COMPLETED)).items())
                .extracting(Saga::name, Saga::orderId)
                .contains(tuple("cancel-order", order));
        assertThat(refusal(compensate(OPERATOR, order)).code()).isEqualTo(Refusals.SAGA_STATE);
    }

    @Test
    void onlyOperatorsLookAfterSagas() {
        UUID order = shop.placeAndWait().id();

        for (Principal nobody : List.of(ALICE, Principal.ANONYMOUS, Principal.service("payment"))) {
            assertThat(refusal(find(nobody, null)).code()).isEqualTo(Refusals.FORBIDDEN);
            assertThat(refusal(get(nobody, order)).code()).isEqualTo(Refusals.FORBIDDEN);
            assertThat(refusal(retry(nobody, order)).code()).isEqualTo(Refusals.FORBIDDEN);
            assertThat(refusal(compensate(nobody, order)).code()).isEqualTo(Refusals.FORBIDDEN);
        }
        assertThat(refusal(get(OPERATOR, UUID.randomUUID())).code()).isEqualTo(Refusals.NOT_FOUND);
        assertThat(refusal(retry(OPERATOR, UUID.randomUUID())).code()).isEqualTo(Refusals.NOT_FOUND);
    }
}
