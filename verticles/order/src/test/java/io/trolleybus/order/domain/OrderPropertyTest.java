package io.trolleybus.order.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever is asked of an order in whatever sequence, no money and no goods come from nowhere. */
class OrderPropertyTest {
    private static final UUID ID = new UUID(1, 1);
    private static final UUID SOMEBODY = new UUID(2, 2);
    private static final UUID PAYMENT = new UUID(3, 3);
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Money TOTAL = new Money(1_000, "EUR");
    private static final List<OrderLine> LINES = List.of(
            new OrderLine("TEA-1", "Green tea", 3, new Money(200, "EUR"), new Money(600, "EUR")),
            new OrderLine("CUP-2", "Cup", 1, new Money(400, "EUR"), new Money(400, "EUR")));
    private static final OrderEvent CREATED = new OrderEvent.OrderCreated(SOMEBODY, LINES, TOTAL, PAYMENT);

    @Provide
    Arbitrary<List<OrderCommand>> stories() {
        // Few refunds, so that their ends meet those that were asked for.
        Arbitrary<UUID> refunds = Arbitraries.longs().between(0, 3).map(n -> new UUID(5, n));
        Arbitrary<OrderCommand> confirm = Arbitraries.just(new OrderCommand.Confirm());
        Arbitrary<OrderCommand> reject = Arbitraries.just(
                new OrderCommand.Reject(new Rejection(Refusals.PAYMENT_DECLINED, "declined", null, null)));
        Arbitrary<OrderCommand> cancel = Arbitraries.just(new OrderCommand.RequestCancel("twice", SOMEBODY));
        Arbitrary<OrderCommand> cancelled = Arbitraries.just(new OrderCommand.CompleteCancel(null));
        Arbitrary<OrderCommand> delivered = Arbitraries.just(new OrderCommand.Deliver(SOMEBODY));
        Arbitrary<OrderCommand> ship = Combinators.combine(
                        Arbitraries.of("TEA-1", "CUP-2", "HAT-3"),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.longs().between(0, 1_000))
                .as((sku, quantity, id) -> new OrderCommand.Ship(
                        new UUID(4, id), "Post", "RR1", List.of(new LineRequest(sku, quantity)), SOMEBODY));
        Arbitrary<OrderCommand> refund = Combinators.combine(
                        refunds, Arbitraries.longs().between(0, 1_200).injectNull(0.2))
                .as((id, amount) -> new OrderCommand.RequestRefund(
                        id, amount == null ? null : new Money(amount, "EUR"), "broken", SOMEBODY));
        Arbitrary<OrderCommand> refunded = refunds.map(OrderCommand.CompleteRefund::new);
        Arbitrary<OrderCommand> failed =
                refunds.map(id -> new OrderCommand.FailRefund(id, Refusal.of(Refusals.REFUND_DECLINED, "declined")));
        Arbitrary<OrderCommand> any = Arbitraries.frequencyOf(
                Tuple.of(3, confirm),
                Tuple.of(1, reject),
                Tuple.of(1, cancel),
                Tuple.of(1, cancelled),
                Tuple.of(4, ship),
                Tuple.of(1, delivered),
                Tuple.of(4, refund),
                Tuple.of(3, refunded),
                Tuple.of(1, failed));
        return any.list().ofMaxSize(40);
    }

    private static List<OrderEvent> eventsOf(List<OrderCommand> story) {
        List<OrderEvent> events = new ArrayList<>(List.of(CREATED));
        Order order = CREATED.applyTo(null, ID, AT);
        for (OrderCommand command : story) {
            // A refund's id is chosen anew for each in life.
            boolean taken = command instanceof OrderCommand.RequestRefund refund
                    && order.payment().refund(refund.refundId()).isPresent();
            List<OrderEvent> follow =
                    taken ? List.of() : order.decide(command).fold(done -> done, refusal -> List.of());
            order = order.after(follow, AT);
            events.addAll(follow);
        }
        return events;
    }

    private static List<Order> statesOf(List<OrderEvent> events) {
        List<Order> states = new ArrayList<>();
        Order order = null;
        for (OrderEvent event : events) {
            order = event.applyTo(order, ID, AT);
            states.add(order);
        }
        return states;
    }

    @Property
    void versionsAreGaplessFromOne(@ForAll("stories") List<OrderCommand> story) {
        List<Order> states = statesOf(eventsOf(story));

        for (int i = 0; i < states.size(); i++) {
            assertThat(states.get(i).version()).isEqualTo(i + 1);
        }
    }

    @Property
    void noMoreIsGivenBackThanWasCaptured(@ForAll("stories") List<OrderCommand> story) {
        for (Order order : statesOf(eventsOf(story))) {
            OrderPayment payment = order.payment();
            long pending = payment.refunds().stream()
                    .filter(refund -> refund.status() == RefundStatus.PENDING)
                    .mapToLong(refund -> refund.amount().amount())
                    .sum();

            assertThat(payment.captured().amount()).isBetween(0L, TOTAL.amount());
            assertThat(payment.refunded().amount()).isNotNegative();
            assertThat(payment.refunded().amount() + pending)
                    .isLessThanOrEqualTo(payment.captured().amount());
            assertThat(payment.refundable().amount()).isNotNegative();
        }
    }

    @Property
    void whatIsShippedAndWhatRemainsIsWhatWasOrdered(@ForAll("stories") List<OrderCommand> story) {
        for (Order order : statesOf(eventsOf(story))) {
            Map<String, Integer> all = new HashMap<>(order.unshipped());
            order.shipments().forEach(shipment -> shipment.lines().forEach(line -> {
                assertThat(line.quantity()).isPositive();
                all.merge(line.sku(), line.quantity(), Integer::sum);
            }));

            assertThat(order.unshipped().values())
                    .allSatisfy(left -> assertThat(left).isPositive());
            assertThat(all).isEqualTo(Map.of("TEA-1", 3, "CUP-2", 1));
        }
    }

    @Property
    void onlyWhatIsPaidForIsShippedAndWhatIsCancelledIsPaidBack(@ForAll("stories") List<OrderCommand> story) {
        List<Order> states = statesOf(eventsOf(story));
        Order last = states.get(states.size() - 1);

        if (!last.shipments().isEmpty()) {
            assertThat(last.payment().captured()).isEqualTo(TOTAL);
            assertThat(last.state().status()).isIn(Status.PARTIALLY_SHIPPED, Status.SHIPPED, Status.DELIVERED);
        }
        if (last.state().status() == Status.CANCELLED) {
            assertThat(last.payment().refunded()).isEqualTo(last.payment().captured());
        }
        if (last.state().status() == Status.REJECTED) {
            assertThat(last.payment().captured().amount()).isZero();
        }
    }
}
