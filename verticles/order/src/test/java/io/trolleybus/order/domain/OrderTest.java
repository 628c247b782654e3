package io.trolleybus.order.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.OrderCommand.RequestCancel;
import io.trolleybus.order.domain.OrderCommand.RequestRefund;
import io.trolleybus.order.domain.OrderCommand.Ship;
import io.trolleybus.order.domain.OrderEvent.OrderCancelRequested;
import io.trolleybus.order.domain.OrderEvent.OrderCancelled;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.OrderCreated;
import io.trolleybus.order.domain.OrderEvent.OrderRejected;
import io.trolleybus.order.domain.OrderEvent.OrderShipped;
import io.trolleybus.order.domain.OrderEvent.PaymentProcessed;
import io.trolleybus.order.domain.OrderEvent.RefundFailed;
import io.trolleybus.order.domain.OrderEvent.RefundProcessed;
import io.trolleybus.order.domain.OrderEvent.RefundRequested;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderTest {
    private static final UUID ID = new UUID(1, 1);
    private static final UUID USER = new UUID(2, 2);
    private static final UUID PAYMENT = new UUID(3, 3);
    private static final Money TOTAL = new Money(998, "EUR");
    private static final List<OrderLine> LINES =
            List.of(new OrderLine("TEA-1", "Green tea", 2, new Money(499, "EUR"), TOTAL));
    private static final OrderCreated CREATED = new OrderCreated(USER, LINES, TOTAL, PAYMENT);
    private static final Rejection SOLD_OUT = new Rejection(Refusals.OUT_OF_STOCK, "none left", "TEA-1", 0);
    private static final Instant T1 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant T2 = T1.plusSeconds(1);

    private static Order placed() {
        return CREATED.applyTo(null, ID, T1);
    }

    private static Order confirmed() {
        return placed().after(List.of(new PaymentProcessed(PAYMENT, TOTAL), new OrderConfirmed()), T2);
    }

    private static Order rejected(Rejection why) {
        return placed().after(new OrderRejected(why), T2);
    }

    private static OrderPayment payment(PaymentMessages.Status status, Money captured) {
        return new OrderPayment(PAYMENT, status, captured, Money.zero("EUR"), List.of());
    }

    @Test
    void anOrderBeginsPendingAndUnpaid() {
        assertThat(placed())
                .isEqualTo(new Order(
                        ID,
                        1,
                        USER,
                        LINES,
                        TOTAL,
                        payment(PaymentMessages.Status.PENDING, Money.zero("EUR")),
                        List.of(),
                        new OrderState.Pending(),
                        T1,
                        T1));
    }

    @Test
    void aConfirmedOrderIsPaidForAndAtVersionThree() {
        assertThat(confirmed())
                .isEqualTo(new Order(
                        ID,
                        3,
                        USER,
                        LINES,
                        TOTAL,
                        payment(PaymentMessages.Status.CAPTURED, TOTAL),
                        List.of(),
                        new OrderState.Confirmed(),
                        T1,
                        T2));
    }

    @ParameterizedTest
    @CsvSource({
        "payment-declined, DECLINED",
        "payment-unavailable, VOIDED",
        "out-of-stock, VOIDED",
        "expired, VOIDED",
    })
    void aRejectedOrderHasNoMoney(String code, PaymentMessages.Status payment) {
        var why = new Rejection(code, "because", null, null);

        Order order = rejected(why);

        assertThat(order.version()).isEqualTo(2);
        assertThat(order.state().status()).isEqualTo(Status.REJECTED);
        assertThat(order.state().rejection()).contains(why);
        assertThat(order.payment()).isEqualTo(payment(payment, Money.zero("EUR")));
    }

    private static final UUID SOMEBODY = new UUID(4, 4);
    private static final UUID REFUND = new UUID(5, 5);

    private static Order shipped(Order order, int quantity) {
        var lines = List.of(new LineRequest("TEA-1", quantity));
        return order.after(new OrderShipped(new UUID(6, order.version()), "Post", "RR1", lines, SOMEBODY), T2);
    }

    private static Order refunding(Order order, long amount) {
        return order.after(new RefundRequested(REFUND, new Money(amount, "EUR"), "broken", SOMEBODY), T2);
    }

    private static Refusal refusal(Reply<?> reply) {
        return reply.fold(
                events -> {
                    throw new AssertionError("not refused: " + events);
                },
                refusal -> refusal);
    }

    @Test
    void anOrderIsShippedWhenNothingRemains() {
        Order partly = shipped(confirmed(), 1);
        Order whole = shipped(partly, 1);

        assertThat(partly.state()).isEqualTo(new OrderState.PartiallyShipped());
        assertThat(partly.unshipped()).containsExactly(entry("TEA-1", 1));
        assertThat(whole.state()).isEqualTo(new OrderState.Shipped());
        assertThat(whole.unshipped()).isEmpty();
        assertThat(whole.shipments()).hasSize(2);
    }

    @Test
    void noMoreIsShippedThanWasOrdered() {
        Order partly = shipped(confirmed(), 1);
        var two = new Ship(ID, "Post", "RR1", List.of(new LineRequest("TEA-1", 2)), SOMEBODY);
        var other = new Ship(ID, "Post", "RR1", List.of(new LineRequest("CUP-2", 1)), SOMEBODY);

        assertThat(refusal(partly.decide(two)))
                .isEqualTo(new Refusal(
                        Refusals.EXCEEDS_ORDERED,
                        "1 of TEA-1 are left to ship",
                        Map.of("sku", "TEA-1", "remaining", 1)));
        assertThat(refusal(partly.decide(other)))
                .isEqualTo(new Refusal(Refusals.NOT_IN_ORDER, "CUP-2 is not in the order", Map.of("sku", "CUP-2")));
    }

    @Test
    void withoutLinesAllThatRemainsIsShipped() {
        var rest = new Ship(ID, "Post", "RR1", null, SOMEBODY);

        assertThat(shipped(confirmed(), 1).decide(rest))
                .isEqualTo(Reply.done(
                        List.of(new OrderShipped(ID, "Post", "RR1", List.of(new LineRequest("TEA-1", 1)), SOMEBODY))));
    }

    @Test
    void refundsThatAreUnderWayCountAsGiven() {
        Order order = refunding(confirmed(), 900);
        var more = new RequestRefund(ID, new Money(99, "EUR"), "late", SOMEBODY);

        assertThat(order.payment().refundable()).isEqualTo(new Money(98, "EUR"));
        assertThat(refusal(order.decide(more)))
                .isEqualTo(new Refusal(
                        Refusals.REFUND_EXCEEDS_CAPTURED,
                        "98 minor units can still be refunded",
                        Map.of("refundable", 98L)));
        assertThat(refusal(order.decide(new RequestCancel("no more", SOMEBODY))).code())
                .isEqualTo(Refusals.REFUND_UNDER_WAY);
    }

    @Test
    void aRefundThatFailedCanBeAskedForAgain() {
        Order order = refunding(confirmed(), 998)
                .after(new RefundFailed(REFUND, Refusals.REFUND_DECLINED, "the account is closed"), T2);

        assertThat(order.payment().refundable()).isEqualTo(TOTAL);
        assertThat(order.payment().status()).isEqualTo(PaymentMessages.Status.CAPTURED);
        assertThat(order.payment().refunds().get(0).failure()).isEqualTo("the account is closed");
    }

    @Test
    void refundsShowInThePayment() {
        Order half = refunding(confirmed(), 500).after(new RefundProcessed(REFUND, new Money(500, "EUR")), T2);
        UUID second = new UUID(5, 6);
        Order all = half.after(
                List.of(
                        new RefundRequested(second, new Money(498, "EUR"), "the rest", SOMEBODY),
                        new RefundProcessed(second, new Money(498, "EUR"))),
                T2);

        assertThat(half.payment().status()).isEqualTo(PaymentMessages.Status.PARTIALLY_REFUNDED);
        assertThat(all.payment().status()).isEqualTo(PaymentMessages.Status.REFUNDED);
        assertThat(all.payment().refunded()).isEqualTo(TOTAL);
        assertThat(refusal(all.decide(new RequestRefund(ID, null, "more", SOMEBODY)))
                        .code())
                .isEqualTo(Refusals.REFUND_EXCEEDS_CAPTURED);
    }

    @Test
    void aCancelledOrderKeepsNothing() {
        Order unpaid = placed().after(List.of(new OrderCancelRequested("twice", USER), new OrderCancelled(null)), T2);
        Order paid = confirmed().after(List.of(new OrderCancelRequested("twice", USER), new OrderCancelled(null)), T2);

        assertThat(unpaid.payment().status()).isEqualTo(PaymentMessages.Status.VOIDED);
        assertThat(paid.payment().status()).isEqualTo(PaymentMessages.Status.REFUNDED);
        assertThat(paid.payment().refunded()).isEqualTo(TOTAL);
        assertThat(paid.state().cancellation()).contains("twice");
    }

    @Test
    void anOrderThatIsCancelledBeforeItHearsOfItsPaymentTellsWhatWasGivenBack() {
        Order cancelled =
                placed().after(List.of(new OrderCancelRequested("twice", USER), new OrderCancelled(TOTAL)), T2);

        assertThat(cancelled.payment().status()).isEqualTo(PaymentMessages.Status.REFUNDED);
        assertThat(cancelled.payment().captured()).isEqualTo(TOTAL);
        assertThat(cancelled.payment().refunded()).isEqualTo(TOTAL);
    }

    @Test
    void anOrderIsCreatedOnceAndFirst() {
        assertThatIllegalStateException().isThrownBy(() -> placed().after(CREATED, T2));
        for (OrderEvent event :
                List.of(new PaymentProcessed(PAYMENT, TOTAL), new OrderConfirmed(), new OrderRejected(SOLD_OUT))) {
            assertThatIllegalStateException().isThrownBy(() -> event.applyTo(null, ID, T1));
        }
    }

    @Test
    void theLinesOfAnEventDoNotChangeAfterwards() {
        var lines = new ArrayList<>(LINES);
        var created = new OrderCreated(USER, lines, TOTAL, PAYMENT);

        lines.clear();

        assertThat(created).isEqualTo(CREATED);
    }
}
