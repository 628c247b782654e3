package io.trolleybus.order;

import static io.trolleybus.order.FakeEndpoint.LOSE_MESSAGE;
import static io.trolleybus.order.FakeEndpoint.PROVIDER_FAILS;
import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.vertx.core.Promise;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stops at whatever moment, a cancellation and a refund that were accepted come to their end, once. */
class DeskRecoveryTest {
    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (shop) {
            shop.assertAllAgree();
        }
    }

    /** Where the order service is stopped: while a message, or its reply, is on its way. */
    private record Moment(String name, Function<Shop, FakeEndpoint<?>> endpoint, boolean isDone) {
        Promise<Void> hold(Shop shop) {
            FakeEndpoint<?> held = endpoint.apply(shop);
            return isDone ? held.holdAfter() : held.holdBefore();
        }

        @Override
        public String toString() {
            return (isDone ? "after " : "before ") + name;
        }
    }

    static Stream<Moment> momentsOfCancelling() {
        return Stream.of(false, true)
                .flatMap(isDone -> Stream.of(
                        new Moment("void", shop -> shop.payment.undo, isDone),
                        new Moment("release", shop -> shop.inventory.release, isDone)));
    }

    @ParameterizedTest
    @MethodSource("momentsOfCancelling")
    void aCancellationGoesOnAfterARestartAtAnyMoment(Moment moment) {
        UUID order = shop.placeAndWait().id();
        Promise<Void> gate = moment.hold(shop);
        result(shop.cancel(ALICE, order));
        await().until(() -> !moment.endpoint.apply(shop).received.isEmpty());

        shop.orders.restart();

        shop.awaitStatus(order, Status.CANCELLED);
        gate.complete();
        assertThat(shop.placeAndWait().status()).isEqualTo(Status.CONFIRMED);
        assertThat(shop.get(order).status()).isEqualTo(Status.CANCELLED);
    }

    static Stream<Moment> momentsOfRefunding() {
        return Stream.of(false, true).map(isDone -> new Moment("refund", shop -> shop.payment.refund, isDone));
    }

    @ParameterizedTest
    @MethodSource("momentsOfRefunding")
    void aRefundGoesOnAfterARestartAtAnyMoment(Moment moment) {
        UUID order = shop.placeAndWait().id();
        Promise<Void> gate = moment.hold(shop);
        var command = new RefundOrder(order, "key", new Money(100, "EUR"), "broken");
        UUID refund = result(shop.refund(OPERATOR, command)).id();
        await().until(() -> !shop.payment.refund.received.isEmpty());

        shop.orders.restart();

        await().until(() -> shop.get(order).refunds().get(0).status() == RefundStatus.PROCESSED);
        gate.complete();
        assertThat(shop.payment.refunded).containsOnlyKeys(refund);
        assertThat(result(shop.refund(OPERATOR, command)).id()).isEqualTo(refund);
        // Every repetition was the same command.
        assertThat(shop.payment.refund.received)
                .extracting(FakeEndpoint.Received::id)
                .containsOnly(shop.payment.refund.received.peek().id());
    }

    @Test
    void aRefundThatFailsThreeTimesIsParkedAndStaysSo() {
        UUID order = shop.placeAndWait().id();
        shop.payment.refund.once(LOSE_MESSAGE);
        shop.payment.refund.always(PROVIDER_FAILS);
        result(shop.refund(OPERATOR, new RefundOrder(order, "key", null, "broken")));

        await().until(() -> parked() == 1);
        // That the payment service was out of reach says nothing about the refund.
        assertThat(shop.payment.refund.received).hasSize(4);
        assertThat(shop.get(order).refunds().get(0).status()).isEqualTo(RefundStatus.PENDING);
        int sent = shop.payment.refund.received.size();
        shop.orders.restart();

        assertThat(shop.get(order).refunds().get(0).status()).isEqualTo(RefundStatus.PENDING);
        assertThat(shop.payment.refund.received).hasSize(sent);
        assertThat(parked()).isOne();
        shop.database().execute("delete from order_saga");
    }

    private long parked() {
        return shop.database().number("select count(*) from order_saga where state->>'phase' = 'stuck'");
    }
}
