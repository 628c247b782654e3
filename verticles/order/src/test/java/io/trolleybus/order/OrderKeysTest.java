package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.BOB;
import static io.trolleybus.order.Shop.TEA;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.order.Shop.tea;
import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrderKeysTest {
    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (shop) {
            shop.assertAllAgree();
        }
    }

    @Test
    void aRepeatIsAnsweredWithTheOrderAsItIsByThen() {
        OrderMessages.Order first = shop.placed(tea("key", 1, 0));
        shop.awaitStatus(first.id(), Status.CONFIRMED);

        OrderMessages.Order again = shop.placed(tea("key", 1, 0));

        assertThat(again)
                .returns(first.id(), OrderMessages.Order::id)
                .returns(Status.CONFIRMED, OrderMessages.Order::status)
                .returns(shop.get(first.id()).version(), OrderMessages.Order::version);
        assertThat(shop.orderCount()).isEqualTo(1);
    }

    @Test
    void aRepeatMayWaitForTheEndThatTheFirstDidNotWaitFor() {
        var gate = shop.payment.charge.holdBefore();
        OrderMessages.Order first = shop.placed(tea("key", 1, 0));
        Future<Reply<OrderMessages.Order>> again = shop.placing(tea("key", 1, 10_000));
        assertThat(shop.placed(tea("key", 1, 0)).status()).isEqualTo(Status.PENDING);

        gate.complete();

        assertThat(result(await(again)).id()).isEqualTo(first.id());
        assertThat(result(await(again)).status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void twentyAtOnceAreOneOrder() {
        var replies = Stream.generate(() -> shop.placing(tea("key", 1, 10_000)))
                .limit(20)
                .toList();

        var orders = replies.stream().map(reply -> result(await(reply))).toList();

        assertThat(orders)
                .extracting(OrderMessages.Order::id)
                .containsOnly(orders.get(0).id());
        assertThat(orders).extracting(OrderMessages.Order::status).containsOnly(Status.CONFIRMED);
        assertThat(shop.orderCount()).isEqualTo(1);
        assertThat(shop.payment.charge.received).hasSize(1);
    }

    @Test
    void aKeyBelongsToItsUser() {
        OrderMessages.Order ofAlice = shop.placed(tea("key", 1, 0));
        OrderMessages.Order ofBob = result(shop.place(BOB, tea("key", 1, 0)));

        assertThat(ofBob.id()).isNotEqualTo(ofAlice.id());
        assertThat(ofBob.userId()).isEqualTo(BOB.userId());
    }

    static Stream<PlaceOrder> otherBodies() {
        return Stream.of(
                tea("key", 2, 0),
                new PlaceOrder("key", List.of(new LineRequest(TEA, 1)), "tok_other", 0),
                new PlaceOrder("key", List.of(new LineRequest("NIL", 1)), "tok_ok", 0),
                new PlaceOrder("key", List.of(new LineRequest(TEA, 1), new LineRequest("NIL", 1)), "tok_ok", 0));
    }

    @ParameterizedTest
    @MethodSource("otherBodies")
    void aKeyStandsForOneBodyOnly(PlaceOrder other) {
        shop.placed(tea("key", 1, 0));

        assertThat(Shop.refusal(shop.place(ALICE, other)).code()).isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);

        assertThat(shop.orderCount()).isEqualTo(1);
    }
}
