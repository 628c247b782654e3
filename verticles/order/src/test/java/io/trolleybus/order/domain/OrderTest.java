package io.trolleybus.order.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.Refusals;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.OrderCreated;
import io.trolleybus.order.domain.OrderEvent.OrderRejected;
import io.trolleybus.order.domain.OrderEvent.PaymentProcessed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void anOrderBeginsPendingAndUnpaid() {
        assertThat(placed())
                .isEqualTo(new Order(
                        ID,
                        1,
                        USER,
                        LINES,
                        TOTAL,
                        new Order.Payment(PAYMENT, PaymentMessages.Status.PENDING, Money.zero("EUR")),
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
                        new Order.Payment(PAYMENT, PaymentMessages.Status.CAPTURED, TOTAL),
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
        assertThat(order.payment()).isEqualTo(new Order.Payment(PAYMENT, payment, Money.zero("EUR")));
    }

    @Test
    void aPendingOrderIsConfirmedByItsPayment() {
        assertThat(placed().state().confirm(placed()))
                .contains(List.of(new PaymentProcessed(PAYMENT, TOTAL), new OrderConfirmed()));
    }

    @Test
    void aPendingOrderCanBeRejected() {
        assertThat(placed().state().reject(SOLD_OUT)).contains(List.of(new OrderRejected(SOLD_OUT)));
        assertThat(placed().state().rejection()).isEmpty();
    }

    @Test
    void anOrderEndsOnce() {
        for (Order ended : List.of(confirmed(), rejected(SOLD_OUT))) {
            assertThat(ended.state().confirm(ended)).isEmpty();
            assertThat(ended.state().reject(SOLD_OUT)).isEmpty();
        }
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
