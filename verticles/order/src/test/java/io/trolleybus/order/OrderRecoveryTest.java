package io.trolleybus.order;

import static io.trolleybus.order.FakeEndpoint.LOSE_MESSAGE;
import static io.trolleybus.order.FakeEndpoint.LOSE_REPLY;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.order.Shop.tea;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.PlaceOrder;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stops at whatever moment, every order that was accepted comes to its end, once. */
class OrderRecoveryTest {
    private static final Refusal DECLINED = Refusal.of(Refusals.PAYMENT_DECLINED, "the card is empty");

    private Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (Shop closing = shop) {
            closing.assertAllAgree();
        }
    }

    /**
     * Where the order service is stopped: while a message, or its reply, is on its way.
     *
     * @param messages how many have been received by then
     */
    private record Moment(String name, int messages, Status end, Function<Shop, Promise<Void>> hold) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Moment> moments() {
        return Stream.of(
                new Moment("before reserve", 1, Status.CONFIRMED, shop -> shop.inventory.reserve.holdBefore()),
                new Moment("after reserve", 1, Status.CONFIRMED, shop -> shop.inventory.reserve.holdAfter()),
                new Moment("before charge", 2, Status.CONFIRMED, shop -> shop.payment.charge.holdBefore()),
                new Moment("after charge", 2, Status.CONFIRMED, shop -> shop.payment.charge.holdAfter()),
                new Moment("before release", 3, Status.REJECTED, shop -> declining(shop)
                        .inventory
                        .release
                        .holdBefore()),
                new Moment("after release", 3, Status.REJECTED, shop -> declining(shop)
                        .inventory
                        .release
                        .holdAfter()));
    }

    private static Shop declining(Shop shop) {
        shop.payment.charge.once(FakeEndpoint.refuse(DECLINED));
        return shop;
    }

    private int receivedMessages() {
        return shop.inventory.reserve.received.size()
                + shop.payment.charge.received.size()
                + shop.inventory.release.received.size();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void anOrderGoesOnAfterARestartAtAnyMoment(Moment moment) {
        Promise<Void> gate = moment.hold.apply(shop);
        UUID order = shop.place().id();
        await().until(() -> receivedMessages() == moment.messages);

        shop.orders.restart();

        assertThat(shop.awaitStatus(order, moment.end).status()).isEqualTo(moment.end);
        shop.assertAllAgree();
        // The message that was held comes late, and must change nothing.
        gate.complete();
        assertThat(shop.placeAndWait().status()).isEqualTo(Status.CONFIRMED);
        assertThat(shop.get(order).status()).isEqualTo(moment.end);
    }

    @Test
    void anOrderWhoseReservationIsNotAnsweredInTimeExpires() {
        var clock = withTestClock();
        shop.inventory.reserve.always(LOSE_REPLY);
        UUID order = shop.place().id();
        await().until(() -> !shop.inventory.held.isEmpty());

        clock.advance(PlaceOrderSaga.STOCK_DEADLINE);

        assertThat(shop.awaitStatus(order, Status.REJECTED).rejection().code()).isEqualTo(Refusals.EXPIRED);
        assertThat(shop.payment.charge.received).isEmpty();
    }

    @Test
    void anOrderWhosePaymentIsNotAnsweredInTimeStaysPendingUntilThePaymentIsVoided() {
        var clock = withTestClock();
        shop.payment.charge.always(LOSE_REPLY);
        shop.payment.undo.always(LOSE_MESSAGE);
        UUID order = shop.place().id();
        await().until(() -> !shop.payment.captured.isEmpty());

        clock.advance(PlaceOrderSaga.PAYMENT_DEADLINE);
        await().until(() -> shop.payment.undo.received.size() > 1);
        assertThat(shop.get(order).status()).isEqualTo(Status.PENDING);
        assertThat(shop.inventory.held).containsExactly(order);

        shop.payment.undo.always(FakeEndpoint.DO);
        assertThat(shop.awaitStatus(order, Status.REJECTED).rejection().code()).isEqualTo(Refusals.PAYMENT_UNAVAILABLE);
    }

    private TestClock withTestClock() {
        shop.close();
        var clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
        shop = Shop.open(clock);
        return clock;
    }

    @Test
    void aDeposedInstanceWritesNothingAndTakesUpAgainWhatComesBackToIt() {
        var gate = shop.payment.charge.holdAfter();
        UUID order = shop.place().id();
        await().until(() -> shop.payment.charge.received.size() == 1);
        takenOverBy("another");

        gate.complete();
        PlaceOrder refused = tea("after", 1, 0);
        assertThat(awaitFailure(shop.placing(refused))).isInstanceOf(UnavailableException.class);
        assertThat(shop.orderCount()).isEqualTo(1);
        assertThat(shop.get(order).status()).isEqualTo(Status.PENDING);

        // It starts anew under another epoch, but the order is another's.
        await().untilAsserted(
                        () -> assertThat(Futures.await(shop.placing(refused).otherwiseEmpty()))
                                .isNotNull());
        assertThat(shop.get(order).version()).isEqualTo(1);

        // The other one dies, too.
        shop.database().execute("""
                insert into saga_lease (owner, epoch, expires_at)
                values ('another', nextval('saga_epoch'), now() - interval '1 second')
                """);
        shop.awaitStatus(order, Status.CONFIRMED);
        assertThat(shop.orderCount()).isEqualTo(2);
        await().until(() -> shop.database().number("select count(*) from orders where saga_owner is not null") == 0);
    }

    private void takenOverBy(String other) {
        shop.database()
                .execute(
                        "with taken as (delete from saga_lease returning owner) update orders set saga_owner = ?"
                                + " where saga_owner in (select owner from taken)",
                        other);
    }

    @Test
    void anEndThatAnotherProcessStoredIsNotUndoneByOneThatComesLate() {
        var clock = withTestClock();
        var gate = shop.payment.charge.holdAfter();
        shop.payment.charge.always(LOSE_REPLY);
        UUID order = shop.place().id();
        await().until(() -> shop.payment.charge.received.size() == 1);
        confirmAsAnotherProcessWould(order);

        clock.advance(PlaceOrderSaga.PAYMENT_DEADLINE);
        gate.fail(new UnavailableException("the reply is lost"));

        shop.payment.charge.always(FakeEndpoint.DO);
        assertThat(shop.place().status()).isEqualTo(Status.PENDING);
        await().until(() -> shop.database().number("select count(*) from orders where status = 'CONFIRMED'") == 2);
        assertThat(shop.payment.undo.received).isEmpty();
        assertThat(shop.inventory.release.received).isEmpty();
    }

    /** Stores the order's end behind the back of the instance that still runs its saga. */
    private void confirmAsAnotherProcessWould(UUID order) {
        var moved = shop.database().rows("""
                with head as (update journal_head set position = position + 2 returning position),
                moved as (
                  update orders set status = 'CONFIRMED', version = 3, payment_status = 'CAPTURED', captured = total,
                                    saga = '{"definition":"place-order","version":1,"state":{"phase":"completed"},
                                             "paymentToken":null,"traceparent":""}', saga_owner = null
                  where id = ? returning id, payment_id, total, currency, updated_at)
                insert into journal (position, stream, version, type, schema_version, data, recorded_at)
                select head.position - 1, id, 2, 'PaymentProcessed', 1,
                       json_build_object('paymentId', payment_id,
                                         'amount', json_build_object('amount', total, 'currency', currency)), updated_at
                from head, moved
                union all
                select head.position, id, 3, 'OrderConfirmed', 1, '{}', updated_at from head, moved
                returning stream
                """, order);
        assertThat(moved).hasSize(2);
    }

    @Test
    void anOrderWhoseCommitWasNotAnsweredIsFoundAndBroughtToItsEnd() {
        var gate = shop.inventory.reserve.holdBefore();
        UUID known = shop.place().id();
        UUID unknown = UUID.fromString("01931d7a-7c00-7000-8000-000000000009");
        copyAsACommitWithoutAnAnswerLeavesIt(known, unknown);

        gate.complete();

        shop.awaitStatus(known, Status.CONFIRMED);
        await().atMost(Duration.ofSeconds(20)).until(() -> shop.get(unknown).status() == Status.CONFIRMED);
    }

    private void copyAsACommitWithoutAnAnswerLeavesIt(UUID known, UUID unknown) {
        shop.database()
                .execute(
                        """
                with copied as (
                  insert into orders
                  select (json_populate_record(o, json_build_object('id', ?::text, 'payment_id', ?::text))).*
                  from orders o where id = ?),
                claimed as (
                  insert into command_outcome (scope, key, fingerprint, result)
                  select scope, 'lost', fingerprint, ?::uuid from command_outcome),
                head as (update journal_head set position = position + 1 returning position)
                insert into journal (position, stream, version, type, schema_version, data, recorded_at)
                select head.position, ?::uuid, version, type, schema_version,
                       (data::jsonb || jsonb_build_object('paymentId', ?::text))::json, recorded_at
                from journal, head where stream = ?
                """,
                        unknown.toString(),
                        unknown.toString(),
                        known,
                        unknown,
                        unknown,
                        unknown.toString(),
                        known);
    }

    @Test
    void everyOrderEndsOnceWhenConnectionsAreCutWhileTheyComeIn() {
        var commands = new ArrayList<PlaceOrder>();
        for (int i = 0; i < 60; i++) {
            commands.add(tea(shop.newKey(), 1, 0));
        }
        var first = new ArrayList<Future<Reply<OrderMessages.Order>>>();
        for (int i = 0; i < commands.size(); i++) {
            first.add(shop.placing(commands.get(i)));
            if (i % 20 == 10) {
                shop.database().cutConnections();
            }
        }
        first.forEach(reply -> Futures.await(reply.otherwiseEmpty()));

        var orders = new ArrayList<UUID>();
        commands.forEach(command -> await().untilAsserted(() -> {
            Reply<OrderMessages.Order> reply =
                    Futures.await(shop.placing(command).otherwiseEmpty());
            assertThat(reply).isNotNull();
            orders.add(result(reply).id());
        }));

        assertThat(orders).doesNotHaveDuplicates().hasSize(60);
        assertThat(shop.orderCount()).isEqualTo(60);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> shop.database().number("select count(*) from orders where status = 'CONFIRMED'") == 60);
    }
}
