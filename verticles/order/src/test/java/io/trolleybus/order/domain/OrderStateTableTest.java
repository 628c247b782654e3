package io.trolleybus.order.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.OrderMessages.Rejection;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.OrderCommand.CompensateSaga;
import io.trolleybus.order.domain.OrderCommand.CompleteCancel;
import io.trolleybus.order.domain.OrderCommand.CompleteRefund;
import io.trolleybus.order.domain.OrderCommand.Confirm;
import io.trolleybus.order.domain.OrderCommand.Deliver;
import io.trolleybus.order.domain.OrderCommand.FailRefund;
import io.trolleybus.order.domain.OrderCommand.NoteReconciled;
import io.trolleybus.order.domain.OrderCommand.Reject;
import io.trolleybus.order.domain.OrderCommand.RequestCancel;
import io.trolleybus.order.domain.OrderCommand.RequestRefund;
import io.trolleybus.order.domain.OrderCommand.RetrySaga;
import io.trolleybus.order.domain.OrderCommand.Ship;
import io.trolleybus.order.domain.OrderEvent.OrderCancelRequested;
import io.trolleybus.order.domain.OrderEvent.OrderCancelled;
import io.trolleybus.order.domain.OrderEvent.OrderConfirmed;
import io.trolleybus.order.domain.OrderEvent.OrderCreated;
import io.trolleybus.order.domain.OrderEvent.OrderDelivered;
import io.trolleybus.order.domain.OrderEvent.OrderRejected;
import io.trolleybus.order.domain.OrderEvent.OrderShipped;
import io.trolleybus.order.domain.OrderEvent.PaymentProcessed;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every command in every state: the events that follow, nothing if it is so already, or the code of the refusal. */
class OrderStateTableTest {
    private static final UUID ID = new UUID(1, 1);
    private static final UUID SOMEBODY = new UUID(2, 2);
    private static final UUID PAYMENT = new UUID(3, 3);
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Money TOTAL = new Money(1_000, "EUR");
    private static final Rejection SOLD_OUT = new Rejection(Refusals.OUT_OF_STOCK, "none left", "TEA-1", 0);
    private static final String NOTHING = "nothing";

    /** A dash is the refusal that every state has for what is not its own. */
    private static final String TABLE = """
            |                   | confirm                         | reject        | requestCancel        | completeCancel | ship         | deliver        | requestRefund           |
            | PENDING           | PaymentProcessed OrderConfirmed | OrderRejected | OrderCancelRequested | -              | -            | -              | -                       |
            | CONFIRMED         | -                               | -             | OrderCancelRequested | -              | OrderShipped | -              | RefundRequested         |
            | PARTIALLY_SHIPPED | -                               | -             | -                    | -              | OrderShipped | -              | RefundRequested         |
            | SHIPPED           | -                               | -             | -                    | -              | -            | OrderDelivered | RefundRequested         |
            | DELIVERED         | -                               | -             | -                    | -              | -            | nothing        | RefundRequested         |
            | REJECTED          | -                               | -             | -                    | -              | -            | -              | -                       |
            | CANCELLING        | -                               | -             | nothing              | OrderCancelled | -            | -              | -                       |
            | CANCELLED         | -                               | -             | nothing              | nothing        | -            | -              | -                       |
            """;

    /** What becomes of a refund does not depend on where the order stands by then. */
    private static final Map<OrderCommand, String> WITHOUT_A_REFUND = Map.of(
            new CompleteRefund(ID), Refusals.NOT_FOUND,
            new FailRefund(ID, Refusal.of(Refusals.REFUND_DECLINED, "no")), Refusals.NOT_FOUND);

    /** What an operator has done to a saga or a payment is noted, whatever the order's state. */
    private static final List<OrderCommand> ALWAYS_NOTED = List.of(
            new NoteReconciled("it is back", SOMEBODY),
            new RetrySaga(ID, "place-order", "it is back", SOMEBODY),
            new CompensateSaga(ID, "place-order", "not wanted", SOMEBODY));

    private static final Map<String, OrderCommand> COMMANDS = Map.of(
            "confirm", new Confirm(),
            "reject", new Reject(SOLD_OUT),
            "requestCancel", new RequestCancel("twice", SOMEBODY),
            "completeCancel", new CompleteCancel(null),
            "ship", new Ship(new UUID(4, 4), "Post", "RR1", null, SOMEBODY),
            "deliver", new Deliver(SOMEBODY),
            "requestRefund", new RequestRefund(new UUID(5, 5), new Money(1, "EUR"), "broken", SOMEBODY));

    private static Map<Status, Order> orders() {
        var lines = List.of(
                new OrderLine("TEA-1", "Green tea", 1, new Money(400, "EUR"), new Money(400, "EUR")),
                new OrderLine("CUP-2", "Cup", 1, new Money(600, "EUR"), new Money(600, "EUR")));
        Order pending = new OrderCreated(SOMEBODY, lines, TOTAL, PAYMENT).applyTo(null, ID, AT);
        Order confirmed = pending.after(List.of(new PaymentProcessed(PAYMENT, TOTAL), new OrderConfirmed()), AT);
        Order cancelling = confirmed.after(new OrderCancelRequested("twice", SOMEBODY), AT);
        Order partly = shipped(confirmed, "TEA-1");
        Order shipped = shipped(partly, "CUP-2");
        Map<Status, Order> orders = new EnumMap<>(Status.class);
        Stream.of(
                        pending,
                        confirmed,
                        partly,
                        shipped,
                        shipped.after(new OrderDelivered(SOMEBODY), AT),
                        pending.after(new OrderRejected(SOLD_OUT), AT),
                        cancelling,
                        cancelling.after(new OrderCancelled(null), AT))
                .forEach(order -> orders.put(order.state().status(), order));
        return orders;
    }

    private static Order shipped(Order order, String sku) {
        var lines = List.of(new LineRequest(sku, 1));
        return order.after(new OrderShipped(new UUID(6, order.version()), "Post", "RR1", lines, SOMEBODY), AT);
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.split("\\|")).skip(1).map(String::strip).toList();
    }

    private static Map<Status, Map<String, String>> table() {
        List<List<String>> rows = TABLE.lines().map(OrderStateTableTest::cells).toList();
        List<String> commands = rows.get(0);
        Map<Status, Map<String, String>> table = new EnumMap<>(Status.class);
        for (List<String> row : rows.subList(1, rows.size())) {
            Map<String, String> cells = new LinkedHashMap<>();
            for (int i = 1; i < row.size(); i++) {
                cells.put(commands.get(i), row.get(i));
            }
            table.put(Status.valueOf(row.get(0)), cells);
        }
        return table;
    }

    private static String outcome(Order order, OrderCommand command) {
        Reply<List<OrderEvent>> reply = order.decide(command);
        return reply.fold(
                events -> events.isEmpty()
                        ? NOTHING
                        : events.stream()
                                .map(event -> event.getClass().getSimpleName())
                                .collect(Collectors.joining(" ")),
                refusal -> refusal.code().equals(Refusals.ORDER_STATE) ? "-" : refusal.code());
    }

    @TestFactory
    Stream<DynamicTest> everyCellIsAsTheTableSays() {
        Map<Status, Order> orders = orders();
        return table().entrySet().stream().flatMap(row -> row.getValue().entrySet().stream()
                .map(cell -> DynamicTest.dynamicTest(row.getKey() + ", " + cell.getKey(), () -> assertThat(
                                outcome(orders.get(row.getKey()), COMMANDS.get(cell.getKey())))
                        .isEqualTo(cell.getValue()))));
    }

    /** What follows from a command must be possible after it was decided. */
    @TestFactory
    Stream<DynamicTest> everyDecisionCanHappen() {
        return orders().values().stream().flatMap(order -> COMMANDS.values().stream()
                .map(command -> DynamicTest.dynamicTest(order.state() + ", " + command, () -> order.decide(command)
                        .fold(
                                events -> assertThat(order.after(events, AT).version())
                                        .isEqualTo(order.version() + events.size()),
                                refusal -> assertThat(refusal.detail()).isNotBlank()))));
    }

    @TestFactory
    Stream<DynamicTest> aRefundThatWasNeverAskedForHasNoEnd() {
        return orders().values().stream().flatMap(order -> WITHOUT_A_REFUND.entrySet().stream()
                .map(cell -> DynamicTest.dynamicTest(
                        order.state() + ", " + cell.getKey(),
                        () -> assertThat(outcome(order, cell.getKey())).isEqualTo(cell.getValue()))));
    }

    @TestFactory
    Stream<DynamicTest> whatIsDoneWithASagaIsNotedAndChangesNothing() {
        return orders().values().stream().flatMap(order -> ALWAYS_NOTED.stream()
                .map(command -> DynamicTest.dynamicTest(order.state() + ", " + command, () -> {
                    List<OrderEvent> events = order.decide(command).fold(all -> all, refusal -> List.of());
                    Order noted = order.after(events, AT);

                    assertThat(noted.version()).isEqualTo(order.version() + 1);
                    assertThat(noted.state()).isEqualTo(order.state());
                })));
    }

    @Test
    void noStateAndNoCommandIsLeftOut() {
        assertThat(table()).containsOnlyKeys(Status.values());
        assertThat(table().values()).allSatisfy(row -> assertThat(row).containsOnlyKeys(COMMANDS.keySet()));
        assertThat(Stream.of(COMMANDS.values(), WITHOUT_A_REFUND.keySet(), ALWAYS_NOTED)
                        .flatMap(Collection::stream)
                        .map(Object::getClass))
                .containsExactlyInAnyOrder(OrderCommand.class.getPermittedSubclasses());
    }
}
