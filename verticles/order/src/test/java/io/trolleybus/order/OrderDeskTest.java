package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.BOB;
import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.TEA;
import static io.trolleybus.order.Shop.refusal;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.order.Shop.tea;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.CancelOrder;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.ShipOrder;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done with orders that are placed. */
class OrderDeskTest {
    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (shop) {
            shop.assertAllAgree();
        }
    }

    private UUID confirmed(int cups) {
        return shop.placed(tea(shop.newKey(), cups, 10_000)).id();
    }

    private static ShipOrder shipment(UUID order, String key, @Nullable Integer cups) {
        return new ShipOrder(order, key, "Post", "RR1", cups == null ? null : List.of(new LineRequest(TEA, cups)));
    }

    private static RefundOrder refund(UUID order, String key, @Nullable Integer amount) {
        return new RefundOrder(order, key, amount == null ? null : new Money(amount, "EUR"), "one was broken");
    }

    private Refusal state(Status status, String what) {
        return new Refusal(
                Refusals.ORDER_STATE,
                "an order that is " + status + " cannot be " + what,
                Map.of("status", status.name()));
    }

    @Test
    void aConfirmedOrderThatIsCancelledIsReleasedAndRefunded() {
        UUID order = confirmed(2);

        OrderMessages.Order cancelling = result(shop.cancel(ALICE, order));

        assertThat(cancelling.status()).isEqualTo(Status.CANCELLING);
        assertThat(cancelling.cancellation()).isEqualTo("ordered twice");
        OrderMessages.Order cancelled = shop.awaitStatus(order, Status.CANCELLED);
        assertThat(cancelled.payment().status()).isEqualTo(PaymentMessages.Status.REFUNDED);
        assertThat(cancelled.payment().refunded()).isEqualTo(cancelled.total());
        assertThat(result(shop.cancel(ALICE, order)).status()).isEqualTo(Status.CANCELLED);
        assertThat(shop.payment.undo.received).hasSize(1);
    }

    @Test
    void anOrderIsCancelledWhileItsStockIsBeingReserved() {
        Promise<Void> gate = shop.inventory.reserve.holdBefore();
        UUID order = shop.place().id();
        await().until(() -> !shop.inventory.reserve.received.isEmpty());

        result(shop.cancel(ALICE, order));
        shop.awaitStatus(order, Status.CANCELLED);
        gate.complete();

        shop.placeAndWait();
        assertThat(shop.inventory.held).doesNotContain(order);
        assertThat(shop.get(order).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void anOrderIsCancelledWhileItsPaymentIsUnderWayAndALateSuccessChangesNothing() {
        Promise<Void> gate = shop.payment.charge.holdAfter();
        UUID order = shop.place().id();
        await().until(() -> !shop.payment.captured.isEmpty());

        result(shop.cancel(ALICE, order));
        OrderMessages.Order cancelled = shop.awaitStatus(order, Status.CANCELLED);
        gate.complete();

        shop.placeAndWait();
        assertThat(shop.payment.captured).doesNotContainKey(order);
        assertThat(shop.get(order)).isEqualTo(cancelled);
        // It never heard of the capture but by what the void gave back.
        assertThat(cancelled.payment().status()).isEqualTo(PaymentMessages.Status.REFUNDED);
        assertThat(cancelled.payment().captured()).isEqualTo(cancelled.total());
        assertThat(cancelled.payment().refunded()).isEqualTo(cancelled.total());
    }

    @Test
    void whoWaitsForAnOrderThatIsCancelledIsToldSo() {
        Promise<Void> gate = shop.inventory.reserve.holdBefore();
        Future<Reply<OrderMessages.Order>> waiting = shop.placing(tea("waits", 1, 1_000));
        await().until(() -> !shop.inventory.reserve.received.isEmpty());
        UUID order = shop.inventory.reserve.received.peek().command().reservationId();

        result(shop.cancel(ALICE, order));

        assertThat(result(Futures.await(waiting)).status()).isIn(Status.CANCELLING, Status.CANCELLED);
        gate.complete();
    }

    @Test
    void whatIsShippedInPartsIsSoldInParts() {
        UUID order = confirmed(3);

        Shipment first = result(shop.ship(OPERATOR, shipment(order, "first", 1)));
        assertThat(shop.get(order).status()).isEqualTo(Status.PARTIALLY_SHIPPED);
        Shipment rest = result(shop.ship(OPERATOR, shipment(order, "rest", null)));

        assertThat(first.lines()).containsExactly(new LineRequest(TEA, 1));
        assertThat(rest.lines()).containsExactly(new LineRequest(TEA, 2));
        OrderMessages.Order shipped = shop.get(order);
        assertThat(shipped.status()).isEqualTo(Status.SHIPPED);
        assertThat(shipped.shipments()).containsExactly(first, rest);
        assertThat(refusal(shop.cancel(ALICE, order))).isEqualTo(state(Status.SHIPPED, "cancelled"));
        assertThat(result(shop.deliver(OPERATOR, order)).status()).isEqualTo(Status.DELIVERED);
        assertThat(result(shop.deliver(OPERATOR, order)).version())
                .isEqualTo(shop.get(order).version());
    }

    @Test
    void aRepeatShipsNothingAndAnotherCommandUnderTheKeyIsRefused() {
        UUID order = confirmed(3);

        Shipment first = result(shop.ship(OPERATOR, shipment(order, "key", 1)));

        assertThat(result(shop.ship(OPERATOR, shipment(order, "key", 1)))).isEqualTo(first);
        assertThat(refusal(shop.ship(OPERATOR, shipment(order, "key", 2))).code())
                .isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);
        assertThat(shop.get(order).shipments()).containsExactly(first);
    }

    @Test
    void aKeyOfARefusedCommandIsFree() {
        UUID order = confirmed(1);

        assertThat(refusal(shop.ship(OPERATOR, shipment(order, "key", 2))).code())
                .isEqualTo(Refusals.EXCEEDS_ORDERED);

        assertThat(result(shop.ship(OPERATOR, shipment(order, "key", 1))).lines())
                .hasSize(1);
    }

    @Test
    void refundsInPartsNeverExceedWhatWasCaptured() {
        UUID order = confirmed(2);

        OrderRefund first = result(shop.refund(OPERATOR, refund(order, "first", 500)));
        assertThat(result(shop.refund(OPERATOR, refund(order, "first", 500))).id())
                .isEqualTo(first.id());
        assertThat(refusal(shop.refund(OPERATOR, refund(order, "much", 499))).code())
                .isEqualTo(Refusals.REFUND_EXCEEDS_CAPTURED);
        OrderRefund rest = result(shop.refund(OPERATOR, refund(order, "rest", null)));

        assertThat(rest.amount()).isEqualTo(new Money(498, "EUR"));
        await().until(() -> shop.get(order).payment().status() == PaymentMessages.Status.REFUNDED);
        assertThat(shop.get(order).refunds()).extracting(OrderRefund::status).containsOnly(RefundStatus.PROCESSED);
        assertThat(shop.payment.refunded.keySet()).containsExactlyInAnyOrder(first.id(), rest.id());
    }

    @Test
    void aRefundThatTheProviderDeclinesFailsAndCanBeAskedForAgain() {
        UUID order = confirmed(1);
        shop.payment.refund.once(FakeEndpoint.refuse(Refusal.of(Refusals.REFUND_DECLINED, "the account is closed")));

        UUID refund = result(shop.refund(OPERATOR, refund(order, "first", 100))).id();

        await().until(() -> shop.get(order).refunds().get(0).status() == RefundStatus.FAILED);
        assertThat(shop.get(order).refunds().get(0))
                .returns(refund, OrderRefund::id)
                .returns("the account is closed", OrderRefund::failure);
        assertThat(result(shop.refund(OPERATOR, refund(order, "second", null))).amount())
                .isEqualTo(Shop.PRICE);
    }

    @Test
    void anOrderIsNotCancelledBesideARefund() {
        UUID order = confirmed(1);
        Promise<Void> gate = shop.payment.refund.holdBefore();
        result(shop.refund(OPERATOR, refund(order, "key", 100)));

        assertThat(refusal(shop.cancel(ALICE, order)).code()).isEqualTo(Refusals.REFUND_UNDER_WAY);
        gate.complete();

        await().until(() -> shop.get(order).refunds().get(0).status() == RefundStatus.PROCESSED);
        assertThat(result(shop.cancel(ALICE, order)).status()).isEqualTo(Status.CANCELLING);
        shop.awaitStatus(order, Status.CANCELLED);
    }

    @Test
    void ofManyWhoCancelAndShipAtOnceOneKindWins() {
        for (int round = 0; round < 10; round++) {
            UUID order = confirmed(1);
            String key = "race-" + round;
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(shop.platform.send(
                        OrderMessages.CANCEL,
                        shop.platform.newCall(ALICE),
                        new CancelOrder(order, "ordered twice"),
                        OrderMessages.Order.class));
                all.add(shop.platform.send(
                        OrderMessages.SHIP,
                        shop.platform.newCall(OPERATOR),
                        shipment(order, key + i, null),
                        Shipment.class));
            }
            Futures.await(Future.join(all));

            await().until(() -> Stream.of(Status.SHIPPED, Status.CANCELLED)
                    .anyMatch(status -> shop.get(order).status() == status));
            assertThat(shop.get(order).shipments().size())
                    .isEqualTo(shop.get(order).status() == Status.SHIPPED ? 1 : 0);
        }
    }

    @Test
    void onlyTheOwnerOrAnOperatorCancelsAndOnlyAnOperatorDoesTheRest() {
        UUID order = confirmed(1);

        assertThat(refusal(shop.cancel(BOB, order)).code()).isEqualTo(Refusals.NOT_FOUND);
        for (Principal nobody : List.of(ALICE, Principal.ANONYMOUS, Principal.service("payment"))) {
            assertThat(refusal(shop.ship(nobody, shipment(order, "key", 1))).code())
                    .isEqualTo(Refusals.FORBIDDEN);
            assertThat(refusal(shop.deliver(nobody, order)).code()).isEqualTo(Refusals.FORBIDDEN);
            assertThat(refusal(shop.refund(nobody, refund(order, "key", 1))).code())
                    .isEqualTo(Refusals.FORBIDDEN);
        }
        assertThat(refusal(shop.cancel(Principal.ANONYMOUS, order)).code()).isEqualTo(Refusals.FORBIDDEN);
        assertThat(refusal(shop.ship(OPERATOR, shipment(UUID.randomUUID(), "key", 1)))
                        .code())
                .isEqualTo(Refusals.NOT_FOUND);
        assertThat(result(shop.cancel(OPERATOR, order)).status()).isEqualTo(Status.CANCELLING);
    }

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        UUID order = confirmed(1);
        var twice = List.of(new LineRequest(TEA, 1), new LineRequest(TEA, 1));

        assertThat(refusal(shop.ship(OPERATOR, new ShipOrder(order, "key", "Post", "RR1", twice))))
                .isEqualTo(Refusal.of(Refusals.INVALID, "TEA stands in two lines"));
        assertThat(refusal(shop.ship(OPERATOR, new ShipOrder(order, "key", " ", "RR1", null))))
                .isEqualTo(Refusal.of(Refusals.INVALID, "a carrier has 1 to 100 characters"));
        assertThat(refusal(shop.refund(OPERATOR, refund(order, "key", 0))))
                .isEqualTo(Refusal.of(Refusals.INVALID, "a refund is of at least one minor unit"));
        assertThat(refusal(shop.refund(OPERATOR, new RefundOrder(order, "key", new Money(1, "USD"), "broken")))
                        .code())
                .isEqualTo(Refusals.MIXED_CURRENCIES);
    }

    @Test
    void aCustomerIsToldWhatOperatorsDidButNotWhoTheyAre() {
        UUID order = confirmed(2);
        result(shop.ship(OPERATOR, shipment(order, "key", 1)));
        UUID given = confirmed(1);
        result(shop.cancel(ALICE, given));
        shop.awaitStatus(given, Status.CANCELLED);

        assertThat(last(ALICE, order, 0)).contains("\"by\":\"operator\"", "RR1");
        assertThat(last(OPERATOR, order, 0)).contains(OPERATOR.userId().toString());
        assertThat(last(ALICE, given, 1)).contains(ALICE.userId().toString(), "ordered twice");
    }

    private String last(Principal who, UUID order, int before) {
        List<HistoryItem> items = result(
                        shop.platform.call(OrderMessages.EVENTS, who, new GetEvents(order), OrderHistory.class))
                .items();
        return items.get(items.size() - 1 - before).data();
    }

    @Test
    void anOrderIsToldAsItStoodThen() {
        UUID order = confirmed(2);
        result(shop.ship(OPERATOR, shipment(order, "key", 1)));
        List<HistoryItem> history = result(
                        shop.platform.call(OrderMessages.EVENTS, ALICE, new GetEvents(order), OrderHistory.class))
                .items();

        assertThat(history)
                .extracting(HistoryItem::type)
                .containsExactly("OrderCreated", "PaymentProcessed", "OrderConfirmed", "OrderShipped");
        for (HistoryItem item : history) {
            OrderMessages.Order then = result(past(ALICE, new GetOrder(order, item.version(), null)));
            assertThat(then.version()).isEqualTo(item.version());
            assertThat(then.status()).isEqualTo(item.status());
        }
        Instant confirmedAt = history.get(2).recordedAt();
        assertThat(result(past(ALICE, new GetOrder(order, null, confirmedAt))).version())
                .isEqualTo(3);
        assertThat(result(past(ALICE, new GetOrder(order, null, Instant.now()))))
                .isEqualTo(result(past(ALICE, new GetOrder(order))));
        for (GetOrder never : List.of(
                new GetOrder(order, 5, null),
                new GetOrder(order, null, history.get(0).recordedAt().minusMillis(1)))) {
            assertThat(refusal(past(ALICE, never)).code()).isEqualTo(Refusals.NOT_FOUND);
        }
        assertThat(refusal(past(BOB, new GetOrder(order, 1, null))).code()).isEqualTo(Refusals.NOT_FOUND);
    }

    private Reply<OrderMessages.Order> past(Principal who, GetOrder query) {
        return shop.platform.call(OrderMessages.GET, who, query, OrderMessages.Order.class);
    }

    @Test
    void whatCanBeDoneNextDependsOnTheOrderAndOnWhoAsks() {
        UUID order = confirmed(1);

        assertThat(result(past(ALICE, new GetOrder(order))).nextActions()).containsExactly("cancel");
        assertThat(shop.get(order).nextActions()).containsExactly("cancel", "ship", "refund");
        result(shop.ship(OPERATOR, shipment(order, "key", 1)));
        assertThat(result(past(ALICE, new GetOrder(order))).nextActions()).isEmpty();
        assertThat(shop.get(order).nextActions()).containsExactly("deliver", "refund");
    }
}
