package io.trolleybus.order;

import static io.trolleybus.order.Shop.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Page;
import io.trolleybus.model.SagaMessages;
import io.trolleybus.model.SagaMessages.FindSagas;
import io.trolleybus.model.SagaMessages.GetSaga;
import io.trolleybus.model.SagaMessages.Saga;
import io.trolleybus.model.SagaMessages.SagaPage;
import io.trolleybus.saga.SagaStore;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody runs an order whose saga was begun by a program that knows more. */
class OrderSagaVersionTest {
    private static final Duration COUNTED_WITHIN = Duration.ofSeconds(15);

    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        shop.close();
    }

    /** An order of this program, its message to payment on its way, whose service is stopped. */
    private UUID interrupted() {
        shop.payment.charge.holdBefore();
        UUID order = shop.place().id();
        await().until(() -> !shop.payment.charge.received.isEmpty());
        shop.orders.stop();
        // The process that comes next has meters of its own.
        shop.platform.meters().clear();
        return order;
    }

    /** As a program of another version stores it, in phases of its own. */
    private void beginsWithVersion(UUID order, int version, String state) {
        shop.database().execute("""
                update orders
                set saga = (saga::jsonb || jsonb_build_object('version', ?::int, 'state', ?::jsonb))::json
                where id = ?
                """, version, state, order);
    }

    private Object ownerOf(UUID order) {
        return shop.database().value("select saga_owner from orders where id = ?", order);
    }

    private double waiting() {
        return shop.platform
                .meters()
                .get("trolleybus_saga_unknown_version")
                .tag("saga", PlaceOrderSaga.NAME)
                .gauge()
                .value();
    }

    @Test
    void anOrderOfANewerVersionWaitsInSightOfEverybodyUntilItsVersionIsKnown() {
        UUID newer = interrupted();
        beginsWithVersion(newer, 2, "{\"phase\": \"a new one\"}");

        shop.orders.start();

        assertThat(ownerOf(newer)).isEqualTo(SagaStore.NOBODY);
        assertThat(shop.placeAndWait().status()).isEqualTo(Status.CONFIRMED);
        assertThat(shop.get(newer).status()).isEqualTo(Status.PENDING);
        OrderPage page = Shop.result(shop.platform.call(
                OrderMessages.FIND, OPERATOR, new FindOrders(null, null, new Page(10, null)), OrderPage.class));
        assertThat(page.items()).extracting(OrderMessages.Order::id).contains(newer);
        await().atMost(COUNTED_WITHIN).until(() -> waiting() == 1);
        SagaPage sagas = Shop.result(shop.platform.call(
                SagaMessages.FIND, OPERATOR, new FindSagas(null, new Page(10, null)), SagaPage.class));
        assertThat(sagas.items()).extracting(Saga::id).doesNotContain(newer);
        assertThat(Shop.result(shop.platform.call(SagaMessages.GET, OPERATOR, new GetSaga(newer), Saga.class))
                        .node())
                .isNull();
        assertThat(shop.payment.charge.received).hasSize(2);

        // What a process that knows it would find.
        beginsWithVersion(
                newer, 1, "{\"phase\": \"forward\", \"step\": 0, \"attempt\": 0, \"reached\": 0, \"deadlineMs\": 0}");
        shop.awaitStatus(newer, Status.CONFIRMED);
        await().atMost(COUNTED_WITHIN).until(() -> waiting() == 0);
    }

    @Test
    void ofTheOrdersOfADeadProcessOnlyThoseOfKnownVersionsAreTakenOver() {
        UUID newer = interrupted();
        beginsWithVersion(newer, 2, "{\"phase\": \"a new one\"}");
        shop.orders.start();
        shop.payment.charge.holdBefore();
        UUID older = shop.place().id();
        await().until(() -> shop.payment.charge.received.size() == 2);
        shop.orders.stop();
        shop.database().execute("update orders set saga_owner = 'dead' where saga_owner is not null");
        shop.database().execute("update saga_lease set owner = 'dead', expires_at = now() - interval '1 second'");

        shop.orders.start();

        shop.awaitStatus(older, Status.CONFIRMED);
        assertThat(ownerOf(newer)).isEqualTo(SagaStore.NOBODY);
        assertThat(shop.get(newer).status()).isEqualTo(Status.PENDING);
        assertThat(shop.database().rows("select owner from saga_lease")).hasSize(1);
    }

    @Test
    void anotherSagaUnderTheSameNumberIsUnknownToo() {
        UUID other = interrupted();
        shop.database().execute("""
                update orders set saga = (saga::jsonb || '{"definition": "swap-order"}')::json where id = ?
                """, other);

        shop.orders.start();

        assertThat(ownerOf(other)).isEqualTo(SagaStore.NOBODY);
    }

    @Test
    void anOrderEndsUnderTheVersionItWasPlacedWith() {
        UUID order = shop.placeAndWait().id();

        assertThat(shop.database().value("select saga->>'version' from orders where id = ?", order))
                .isEqualTo("1");
    }
}
