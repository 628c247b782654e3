package io.trolleybus.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.journal.Facts.Difference;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.Hold;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.order.AuditState.Seen;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.order.domain.OrderEvent.OrderCancelRequested;
import io.trolleybus.order.domain.OrderEvent.OrderCancelled;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.OrderCreated;
import io.trolleybus.order.domain.OrderEvent.OrderRejected;
import io.trolleybus.order.domain.OrderEvent.OrderShipped;
import io.trolleybus.order.domain.OrderEvent.PaymentProcessed;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConservationTest {
    private static final UUID ID = new UUID(1, 1);
    private static final UUID USER = new UUID(1, 2);
    private static final UUID PAYMENT = new UUID(1, 3);
    private static final Money TOTAL = new Money(998, "EUR");
    private static final Money NOTHING = new Money(0, "EUR");
    private static final List<StockLine> TWO = List.of(new StockLine("TEA", 2));
    private static final List<StockLine> ONE = List.of(new StockLine("TEA", 1));
    private static final OrderEvent CANCEL = new OrderCancelRequested("twice", USER);

    private static Order order(OrderEvent... events) {
        var line = new OrderLine("TEA", "Green tea", 2, new Money(499, "EUR"), TOTAL);
        return new OrderCreated(USER, List.of(line), TOTAL, PAYMENT)
                .applyTo(null, ID, Instant.EPOCH)
                .after(List.of(events), Instant.EPOCH);
    }

    private static Order confirmed() {
        return order(new PaymentProcessed(PAYMENT, TOTAL), new OrderConfirmed());
    }

    private static OrderEvent shipped(int quantity) {
        return new OrderShipped(new UUID(2, quantity), "DHL", "1", List.of(new LineRequest("TEA", quantity)), USER);
    }

    private static Payment payment(UUID id, Money captured, Money refunded) {
        return new Payment(id, ID, Status.CAPTURED, TOTAL, captured, refunded, null, Instant.EPOCH, List.of());
    }

    private static Hold hold(String state, List<StockLine> open) {
        return new Hold(ID, state, TWO, open);
    }

    @Test
    void whatWasCapturedIsWhatTheOrderSays() {
        assertThat(Conservation.ofMoney(confirmed(), List.of(payment(PAYMENT, TOTAL, NOTHING))))
                .isEmpty();
        assertThat(Conservation.ofMoney(confirmed(), List.of(payment(PAYMENT, new Money(1, "EUR"), NOTHING))))
                .contains(new Difference("captured 998 EUR", "captured 1 EUR"));
        assertThat(Conservation.ofMoney(confirmed(), List.of()))
                .contains(new Difference("captured 998 EUR, refunded 0 EUR", "captured nothing, refunded nothing"));
    }

    @Test
    void noOtherPaymentKeepsAnything() {
        var twice = List.of(payment(PAYMENT, TOTAL, NOTHING), payment(new UUID(9, 9), TOTAL, NOTHING));

        assertThat(Conservation.ofMoney(confirmed(), twice))
                .contains(new Difference("keptByOthers 0", "keptByOthers 998"));
    }

    @Test
    void anOrderThatCameToNothingKeepsNothing() {
        Order rejected = order(new OrderRejected(new Rejection("payment-unavailable", "away", null, null)));
        Order cancelled = order(CANCEL, new OrderCancelled(TOTAL));
        var givenBack = List.of(payment(PAYMENT, TOTAL, TOTAL));
        var kept = List.of(payment(PAYMENT, TOTAL, NOTHING));

        assertThat(Conservation.ofMoney(rejected, givenBack)).isEmpty();
        assertThat(Conservation.ofMoney(cancelled, givenBack)).isEmpty();
        assertThat(Conservation.ofMoney(rejected, kept)).contains(new Difference("kept 0", "kept 998"));
        assertThat(Conservation.ofMoney(cancelled, kept))
                .contains(new Difference("refunded 998 EUR", "refunded 0 EUR"));
        assertThat(Conservation.ofMoney(null, kept)).contains(new Difference("kept 0", "kept 998"));
        assertThat(Conservation.ofMoney(null, List.of())).isEmpty();
    }

    @Test
    void whatIsKeptInTheWarehouseIsWhatIsLeftToShip() {
        Order partly = confirmed().after(shipped(1), Instant.EPOCH);
        Order wholly = confirmed().after(shipped(2), Instant.EPOCH);

        assertThat(Conservation.ofStock(confirmed(), hold("ALLOCATED", TWO))).isEmpty();
        assertThat(Conservation.ofStock(partly, hold("ALLOCATED", ONE))).isEmpty();
        assertThat(Conservation.ofStock(wholly, hold("SOLD", List.of()))).isEmpty();
        assertThat(Conservation.ofStock(confirmed(), hold("HELD", TWO)))
                .contains(new Difference("hold ALLOCATED", "hold HELD"));
        assertThat(Conservation.ofStock(partly, hold("ALLOCATED", TWO)))
                .contains(new Difference("open {TEA=1}", "open {TEA=2}"));
        assertThat(Conservation.ofStock(confirmed(), null))
                .contains(new Difference(
                        "hold ALLOCATED, lines {TEA=2}, open {TEA=2}", "hold nothing, lines {}, open {}"));
    }

    @Test
    void anOrderThatCameToNothingHoldsNothing() {
        Order cancelled = order(CANCEL, new OrderCancelled(null));

        assertThat(Conservation.ofStock(cancelled, hold("RELEASED", List.of()))).isEmpty();
        assertThat(Conservation.ofStock(cancelled, null)).isEmpty();
        assertThat(Conservation.ofStock(null, null)).isEmpty();
        assertThat(Conservation.ofStock(cancelled, hold("HELD", TWO)))
                .contains(new Difference("hold RELEASED, open {}", "hold HELD, open {TEA=2}"));
    }

    @Test
    void whatTwoSweepsInARowHaveSeenIsReported() {
        var finding = new AuditFinding(Conservation.STOCK, ID, null, "open {}", "open {TEA=2}");
        var changed = new AuditFinding(Conservation.STOCK, ID, null, "open {}", "open {TEA=1}");

        AuditState once = after(AuditState.NEW, List.of(finding), Set.of(), Set.of());
        AuditState twice = after(once, List.of(changed), Set.of(), Set.of());

        assertThat(once.seen()).extracting(Seen::mayBeReported).containsExactly(false);
        assertThat(twice.seen()).extracting(Seen::mayBeReported).containsExactly(true);
        assertThat(twice.seen()).extracting(Seen::finding).containsExactly(changed);
        assertThat(after(twice, List.of(), Set.of(), Set.of()).seen()).isEmpty();
    }

    @Test
    void whatCouldNotBeLookedAtStaysAsItWas() {
        var finding = new AuditFinding(Conservation.STOCK, ID, null, "open {}", "open {TEA=2}");
        AuditState once = after(AuditState.NEW, List.of(finding), Set.of(), Set.of());

        assertThat(after(once, List.of(), Set.of(Conservation.STOCK), Set.of()).seen())
                .isEqualTo(once.seen());
        assertThat(after(once, List.of(), Set.of(), Set.of(ID)).seen()).isEqualTo(once.seen());
        assertThat(after(once, List.of(), Set.of(Conservation.PAYMENT), Set.of(USER))
                        .seen())
                .isEmpty();
    }

    private static AuditState after(
            AuditState before, List<AuditFinding> found, Set<String> unasked, Set<UUID> unread) {
        return new AuditState(null, null, null, before.seenAfter(found, unasked, unread), List.of());
    }
}
