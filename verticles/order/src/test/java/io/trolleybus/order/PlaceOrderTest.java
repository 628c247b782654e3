package io.trolleybus.order;

import static io.trolleybus.order.FakeEndpoint.LOSE_MESSAGE;
import static io.trolleybus.order.FakeEndpoint.LOSE_REPLY;
import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.PRICE;
import static io.trolleybus.order.Shop.TEA;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.order.Shop.tea;
import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.PaymentView;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaceOrderTest {
    private static final Refusal SOLD_OUT =
            new Refusal(Refusals.OUT_OF_STOCK, "only 2 of TEA are available", Map.of("sku", TEA, "available", 2));
    private static final Refusal DECLINED =
            new Refusal(Refusals.PAYMENT_DECLINED, "the card is empty", Map.of("declineCode", "insufficient_funds"));

    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (shop) {
            shop.assertAllAgree();
        }
    }

    private List<HistoryItem> history(UUID order) {
        return result(shop.platform.call(OrderMessages.EVENTS, ALICE, new GetEvents(order), OrderHistory.class))
                .items();
    }

    private void assertEvents(UUID order, String... types) {
        assertThat(history(order)).extracting(HistoryItem::type).containsExactly(types);
        assertThat(history(order))
                .extracting(HistoryItem::version)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, types.length).boxed().toList());
    }

    @Test
    void anOrderIsAcceptedPendingAndThenConfirmed() {
        var gate = shop.inventory.reserve.holdBefore();

        OrderMessages.Order accepted = shop.placed(tea("key", 2, 0));

        assertThat(accepted.status()).isEqualTo(Status.PENDING);
        assertThat(accepted.version()).isEqualTo(1);
        assertThat(accepted.lines()).containsExactly(new OrderLine(TEA, "Green tea", 2, PRICE, new Money(998, "EUR")));
        assertThat(accepted.total()).isEqualTo(new Money(998, "EUR"));
        assertThat(accepted.userId()).isEqualTo(ALICE.userId());
        assertThat(shop.get(accepted.id())).isEqualTo(accepted);

        gate.complete();
        OrderMessages.Order confirmed = shop.awaitStatus(accepted.id(), Status.CONFIRMED);
        assertThat(confirmed.version()).isEqualTo(3);
        assertThat(confirmed.payment())
                .isEqualTo(new PaymentView(
                        accepted.payment().id(),
                        PaymentMessages.Status.CAPTURED,
                        new Money(998, "EUR"),
                        Money.zero("EUR")));
        assertEvents(accepted.id(), "OrderCreated", "PaymentProcessed", "OrderConfirmed");
    }

    @Test
    void theReceiversAreToldWhatTheOrderIsAbout() {
        OrderMessages.Order order = shop.placed(tea("key", 3, 10_000));

        assertThat(shop.inventory.reserve.received).singleElement().satisfies(reserve -> {
            assertThat(reserve.command().reservationId()).isEqualTo(order.id());
            assertThat(reserve.command().lines()).singleElement().satisfies(line -> {
                assertThat(line.sku()).isEqualTo(TEA);
                assertThat(line.quantity()).isEqualTo(3);
            });
        });
        assertThat(shop.payment.charge.received)
                .singleElement()
                .extracting(FakeEndpoint.Received::command)
                .isEqualTo(new PaymentMessages.Charge(order.payment().id(), order.id(), order.total(), "tok_ok"));
    }

    @Test
    void thePaymentTokenIsForgottenWhenTheOrderHasEnded() {
        var gate = shop.inventory.reserve.holdBefore();
        OrderMessages.Order order = shop.place();
        assertThat(storedToken(order.id())).isEqualTo("tok_ok");

        gate.complete();
        shop.awaitStatus(order.id(), Status.CONFIRMED);

        assertThat(storedToken(order.id())).isNull();
    }

    private Object storedToken(UUID order) {
        return shop.database().value("select saga->>'paymentToken' from orders where id = ?", order);
    }

    @Test
    void anOrderOutOfStockIsRejectedNamingWhatIsAvailable() {
        shop.inventory.reserve.once(FakeEndpoint.refuse(SOLD_OUT));

        OrderMessages.Order order = shop.placeAndWait();

        assertThat(order.status()).isEqualTo(Status.REJECTED);
        assertThat(order.rejection())
                .isEqualTo(new Rejection(Refusals.OUT_OF_STOCK, "only 2 of TEA are available", TEA, 2));
        assertThat(shop.payment.charge.received).isEmpty();
        assertThat(shop.inventory.release.received).isEmpty();
        assertEvents(order.id(), "OrderCreated", "OrderRejected");
    }

    @Test
    void anOrderWhosePaymentIsDeclinedGivesItsStockBack() {
        shop.payment.charge.once(FakeEndpoint.refuse(DECLINED));

        OrderMessages.Order order = shop.placeAndWait();

        assertThat(order.status()).isEqualTo(Status.REJECTED);
        assertThat(order.rejection())
                .isEqualTo(new Rejection(Refusals.PAYMENT_DECLINED, "the card is empty", null, null));
        assertThat(order.payment().status()).isEqualTo(PaymentMessages.Status.DECLINED);
        assertThat(shop.inventory.released).containsExactly(order.id());
        assertThat(shop.payment.undo.received).isEmpty();
    }

    @Test
    void lostMessagesAndLostRepliesAreRepeatedUnderTheSameId() {
        shop.inventory.reserve.once(LOSE_MESSAGE);
        shop.inventory.reserve.once(LOSE_REPLY);
        shop.payment.charge.once(LOSE_REPLY);

        assertThat(shop.placeAndWait().status()).isEqualTo(Status.CONFIRMED);

        assertThat(shop.inventory.reserve.received)
                .hasSize(3)
                .map(FakeEndpoint.Received::id)
                .containsOnly(shop.inventory.reserve.received.element().id());
        assertThat(shop.payment.charge.received).hasSize(2);
    }

    @Test
    void aRefusalAfterALostReplyGivesBackWhatALateCopyMayTake() {
        shop.payment.charge.once(LOSE_REPLY);
        shop.payment.charge.once(FakeEndpoint.refuse(DECLINED));

        assertThat(shop.placeAndWait().status()).isEqualTo(Status.REJECTED);

        assertThat(shop.payment.captured).isEmpty();
    }

    @Test
    void aWaitIsAnsweredWhenItIsOver() {
        var gate = shop.inventory.reserve.holdBefore();

        OrderMessages.Order order = shop.placed(tea("key", 1, 200));

        assertThat(order.status()).isEqualTo(Status.PENDING);
        gate.complete();
        shop.awaitStatus(order.id(), Status.CONFIRMED);
    }

    @Test
    void anUnknownProductIsRefusedAndItsKeyIsFree() {
        var command = new PlaceOrder("key", List.of(new LineRequest("NIL", 1)), "tok_ok", 0);

        Refusal refusal = Shop.refusal(shop.place(ALICE, command));

        assertThat(refusal.code()).isEqualTo(Refusals.UNKNOWN_PRODUCT);
        assertThat(refusal.facts()).isEqualTo(Map.of("sku", "NIL"));
        assertThat(shop.orderCount()).isZero();
        assertThat(shop.placed(tea("key", 1, 10_000)).status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void aProductThatWasAddedAMomentAgoIsFound() {
        shop.placeAndWait();
        shop.inventory.add("NEW", "A novelty", new Money(7, "EUR"));

        var command = new PlaceOrder("key", List.of(new LineRequest("NEW", 1)), "tok_ok", 10_000);

        assertThat(shop.placed(command).total()).isEqualTo(new Money(7, "EUR"));
    }

    @Test
    void anOrderKeepsThePriceOfItsMoment() {
        OrderMessages.Order before = shop.placeAndWait();
        shop.inventory.changePrice(TEA, "Green tea", new Money(999, "EUR"));

        await().untilAsserted(() -> assertThat(shop.place().total()).isEqualTo(new Money(999, "EUR")));

        assertThat(shop.get(before.id()).total()).isEqualTo(PRICE);
    }

    @Test
    void mixedCurrenciesAreRefused() {
        shop.inventory.add("ROCK", "A rock", new Money(100, "USD"));
        var command = new PlaceOrder("key", List.of(new LineRequest(TEA, 1), new LineRequest("ROCK", 1)), "tok_ok", 0);

        assertThat(Shop.refusal(shop.place(ALICE, command)).code()).isEqualTo(Refusals.MIXED_CURRENCIES);
    }

    @Test
    void onlyAUserPlacesOrders() {
        for (Principal stranger : List.of(Principal.ANONYMOUS, Principal.service("gateway"))) {
            assertThat(Shop.refusal(shop.place(stranger, tea("key", 1, 0))).code())
                    .isEqualTo(Refusals.FORBIDDEN);
        }
    }

    @Test
    void amongTwoHundredOrdersAtOnceTheFaultyOnesFailAlone() {
        shop.inventory.add("ROCK", "A rock", new Money(100, "USD"));
        shop.inventory.add("BOMB", "A bomb", new Money(666, "EUR"));
        shop.placed(new PlaceOrder("bomb", List.of(new LineRequest("BOMB", 2)), "tok_ok", 10_000));
        shop.database().execute("alter table orders add constraint no_bombs check (total <> 666)");
        var bomb = shop.placing(new PlaceOrder("a", List.of(new LineRequest("BOMB", 1)), "tok_ok", 0));
        var unknown = shop.placing(new PlaceOrder("b", List.of(new LineRequest("NIL", 1)), "tok_ok", 0));
        var mixed = shop.placing(
                new PlaceOrder("c", List.of(new LineRequest(TEA, 1), new LineRequest("ROCK", 1)), "tok_ok", 0));
        var good = new ArrayList<Future<Reply<OrderMessages.Order>>>();
        for (int i = 0; i < 197; i++) {
            good.add(shop.placing(tea(shop.newKey(), 1, 10_000)));
        }

        assertThat(good)
                .allSatisfy(order -> assertThat(result(await(order)).status()).isEqualTo(Status.CONFIRMED));
        assertThat(awaitFailure(bomb)).isNotNull();
        assertThat(Shop.refusal(await(unknown)).code()).isEqualTo(Refusals.UNKNOWN_PRODUCT);
        assertThat(Shop.refusal(await(mixed)).code()).isEqualTo(Refusals.MIXED_CURRENCIES);
        assertThat(shop.orderCount()).isEqualTo(198);
    }
}
