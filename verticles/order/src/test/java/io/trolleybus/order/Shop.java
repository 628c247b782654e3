package io.trolleybus.order;

import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Meters;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Recorded;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.CancelOrder;
import io.trolleybus.model.OrderMessages.DeliverOrder;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderRefund;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.RefundOrder;
import io.trolleybus.model.OrderMessages.ShipOrder;
import io.trolleybus.model.OrderMessages.Shipment;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The order service on a real database and bus, between an inventory and a payment that do as the test says. */
final class Shop implements AutoCloseable {
    static final String TEA = "TEA";
    static final Money PRICE = new Money(499, "EUR");
    static final Principal ALICE = customer();
    static final Principal BOB = customer();
    static final Principal OPERATOR = Principal.user(UUID.randomUUID(), List.of(Principal.OPERATOR));

    private static final Set<Status> NOT_SOLD = Set.of(Status.PENDING, Status.REJECTED, Status.CANCELLED);
    private static final int LONG_MS = 10_000;

    final TestPlatform platform;
    final FakeInventory inventory;
    final FakePayment payment;
    final TestService orders;
    private int keys;

    private Shop(InstantSource clock) {
        platform = TestPlatform.start(clock);
        inventory = new FakeInventory(platform);
        payment = new FakePayment(platform);
        inventory.add(TEA, "Green tea", PRICE);
        orders = platform.deploy(new OrderModule());
    }

    static Shop open() {
        return new Shop(InstantSource.system());
    }

    static Shop open(InstantSource clock) {
        return new Shop(clock);
    }

    static Principal customer() {
        return Principal.user(UUID.randomUUID(), List.of(Principal.CUSTOMER));
    }

    TestDatabase database() {
        return orders.database();
    }

    String newKey() {
        return "key-" + ++keys;
    }

    static PlaceOrder tea(String key, int quantity, int waitMs) {
        return new PlaceOrder(key, List.of(new LineRequest(TEA, quantity)), "tok_ok", waitMs);
    }

    /** One cup of tea, answered as soon as it is accepted. */
    OrderMessages.Order place() {
        return placed(tea(newKey(), 1, 0));
    }

    /** One cup of tea, answered when its order has ended. */
    OrderMessages.Order placeAndWait() {
        return placed(tea(newKey(), 1, LONG_MS));
    }

    OrderMessages.Order placed(PlaceOrder command) {
        return result(place(ALICE, command));
    }

    Reply<OrderMessages.Order> place(Principal who, PlaceOrder command) {
        return platform.call(OrderMessages.PLACE, who, command, OrderMessages.Order.class);
    }

    Future<Reply<OrderMessages.Order>> placing(PlaceOrder command) {
        return placing(platform.newCall(ALICE), command);
    }

    Future<Reply<OrderMessages.Order>> placing(Call call, PlaceOrder command) {
        return platform.send(OrderMessages.PLACE, call, command, OrderMessages.Order.class);
    }

    Reply<OrderMessages.Order> cancel(Principal who, UUID id) {
        return platform.call(
                OrderMessages.CANCEL, who, new CancelOrder(id, "ordered twice"), OrderMessages.Order.class);
    }

    Reply<Shipment> ship(Principal who, ShipOrder command) {
        return platform.call(OrderMessages.SHIP, who, command, Shipment.class);
    }

    Reply<OrderMessages.Order> deliver(Principal who, UUID id) {
        return platform.call(OrderMessages.DELIVER, who, new DeliverOrder(id), OrderMessages.Order.class);
    }

    Reply<OrderRefund> refund(Principal who, RefundOrder command) {
        return platform.call(OrderMessages.REFUND, who, command, OrderRefund.class);
    }

    OrderMessages.Order get(UUID id) {
        return result(platform.call(OrderMessages.GET, OPERATOR, new GetOrder(id), OrderMessages.Order.class));
    }

    /** Waits until the order has the status, and answers it. */
    OrderMessages.Order awaitStatus(UUID id, Status status) {
        await().untilAsserted(() -> assertThat(get(id).status()).isEqualTo(status));
        return get(id);
    }

    long orderCount() {
        return database().number("select count(*) from orders");
    }

    static <T> T result(Reply<T> reply) {
        return reply.fold(result -> result, refusal -> {
            throw new AssertionError("refused: " + refusal);
        });
    }

    static Refusal refusal(Reply<?> reply) {
        return reply.fold(
                result -> {
                    throw new AssertionError("not refused: " + result);
                },
                refusal -> refusal);
    }

    /**
     * When every saga has ended, each order's row is what its events say, and it holds and has paid exactly what its
     * status says.
     */
    void assertAllAgree() {
        await().until(() -> database().number("select count(*) from orders where saga_owner is not null") == 0
                && database().number("select count(*) from order_saga where owner is not null") == 0);
        for (Order row : rows()) {
            assertThat(row).isEqualTo(folded(row.id()));
            boolean sold = !NOT_SOLD.contains(row.state().status());
            assertThat(inventory.held.contains(row.id())).as("stock of " + row).isEqualTo(sold);
            assertThat(payment.captured.get(row.id())).as("money of " + row).isEqualTo(sold ? row.total() : null);
            for (OrderRefund refund : row.payment().refunds()) {
                assertThat(payment.refunded.get(refund.id()))
                        .as("refund " + refund)
                        .isEqualTo(refund.status() == RefundStatus.PROCESSED ? refund.amount() : null);
            }
        }
        assertThat(database().number("select count(*) from (select stream from journal group by stream) s"))
                .isEqualTo(orderCount());
        assertThat(database().number("select count(*) from command_outcome o join orders on orders.id = o.result"))
                .isEqualTo(orderCount());
    }

    private List<Order> rows() {
        return await(orders.onLoop(context -> context.database()
                .reads()
                .query("select " + OrderRows.COLUMNS + " from orders")
                .execute()
                .map(rows -> {
                    var all = new ArrayList<Order>();
                    rows.forEach(row -> all.add(OrderRows.order(row)));
                    return all;
                })));
    }

    private @Nullable Order folded(UUID id) {
        var journal = new Journal<>(
                "order", OrderEvents.TYPES, platform.vertx().eventBus(), new Meters(platform.meters(), 1));
        List<Recorded<OrderEvent>> events =
                await(orders.onLoop(context -> journal.read(context.database().reads(), id)));
        Order order = null;
        for (Recorded<OrderEvent> recorded : events) {
            order = recorded.event().applyTo(order, id, recorded.recordedAt());
        }
        return order;
    }

    @Override
    public void close() {
        platform.close();
    }
}
