package io.trolleybus.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.journal.Facts.Difference;
import io.trolleybus.model.AuditKinds;
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
import java.util.function.Predicate;
import java.util.stream.Stream;
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

    private static final AuditFinding FINDING =
            new AuditFinding(AuditKinds.ORDER_STOCK, ID, null, "open {}", "open {TEA=2}");

    private static AuditState after(AuditState before, Predicate<AuditFinding> unlooked, AuditFinding... found) {
        return new AuditState(null, null, null, before.seenAfter(Stream.of(found), unlooked), List.of());
    }

    private static AuditState after(AuditState before, AuditFinding... found) {
        return after(before, finding -> false, found);
    }

    @Test
    void whatTwoSweepsInARowHaveSeenIsReported() {
        var changed = new AuditFinding(AuditKinds.ORDER_STOCK, ID, null, "open {}", "open {TEA=1}");

        AuditState once = after(AuditState.NEW, FINDING);
        AuditState twice = after(once, changed);

        assertThat(once.seen()).extracting(Seen::mayBeReported).containsExactly(false);
        assertThat(twice.seen()).extracting(Seen::mayBeReported).containsExactly(true);
        assertThat(twice.seen()).extracting(Seen::finding).containsExactly(changed);
        assertThat(after(twice).seen()).isEmpty();
    }

    @Test
    void whatCouldNotBeLookedAtStaysAsItWasAndComesFirst() {
        var other = new AuditFinding(AuditKinds.ORDER_ROW, USER, null, "version 2", "version 1");
        AuditState once = after(AuditState.NEW, other, FINDING);

        AuditState later = after(once, FINDING::equals, other);

        assertThat(later.seen()).containsExactly(new Seen(FINDING, 1), new Seen(other, 2));
        assertThat(later.again(1)).containsExactly(ID);
    }

    @Test
    void noMoreIsFollowedThanAPersonCanRead() {
        AuditFinding[] many = Stream.generate(UUID::randomUUID)
                .map(id -> new AuditFinding(AuditKinds.ORDER_ROW, id, null, "version 2", "version 1"))
                .limit(AuditState.MAX_SEEN + 1)
                .toArray(AuditFinding[]::new);

        AuditState once = after(after(AuditState.NEW, FINDING), finding -> true, many);

        assertThat(once.seen()).hasSize(AuditState.MAX_SEEN);
        assertThat(once.seen()).first().isEqualTo(new Seen(FINDING, 1));
    }

    @Test
    void aFindingStaysUntilSomebodyHasLookedAgain() {
        var atProvider = new AuditFinding(AuditKinds.PAYMENT_PROVIDER, ID, null, "captured 1", "captured 0");
        var stock = new AuditFinding(AuditKinds.STOCK_ROW, null, "TEA", "onHand 1", "onHand 2");
        Set<UUID> one = Set.of(ID);
        Set<UUID> none = Set.of();

        assertThat(unlooked(Set.of(), one, none, none, none)).rejects(FINDING, atProvider, stock);
        assertThat(unlooked(Set.of(), none, none, none, none))
                .accepts(FINDING, atProvider)
                .rejects(stock);
        assertThat(unlooked(Set.of(), one, one, none, none)).accepts(atProvider).rejects(FINDING);
        assertThat(unlooked(Set.of(), one, none, one, none)).accepts(FINDING).rejects(atProvider);
        assertThat(unlooked(Set.of(), one, none, none, one)).accepts(FINDING).rejects(atProvider);
        assertThat(unlooked(Set.of(AuditKinds.PAYMENT_PROVIDER), one, none, none, none))
                .accepts(atProvider)
                .rejects(FINDING, stock);
        assertThat(unlooked(Set.of("inventory"), one, none, none, none)).accepts(FINDING, stock);
    }

    private static Predicate<AuditFinding> unlooked(
            Set<String> degraded, Set<UUID> again, Set<UUID> unasked, Set<UUID> uncompared, Set<UUID> lagging) {
        return new Unlooked(degraded, again, unasked, uncompared, lagging);
    }
}
