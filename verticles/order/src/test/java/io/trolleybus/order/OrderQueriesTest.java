package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.BOB;
import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.order.Shop.tea;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.FindOrders;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.GetOrder;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.trolleybus.model.OrderMessages.OrderPage;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Page;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderQueriesTest {
    private final Shop shop = Shop.open();

    @AfterEach
    void close() {
        try (shop) {
            shop.assertAllAgree();
        }
    }

    private List<UUID> placeByAlice(int count) {
        var newestFirst = new ArrayList<UUID>();
        for (int i = 0; i < count; i++) {
            newestFirst.add(shop.placeAndWait().id());
        }
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private Reply<OrderPage> find(Principal who, @Nullable UUID user, @Nullable Status status, Page page) {
        return shop.platform.call(OrderMessages.FIND, who, new FindOrders(user, status, page), OrderPage.class);
    }

    private static List<UUID> ids(Reply<OrderPage> reply) {
        return result(reply).items().stream().map(OrderMessages.Order::id).toList();
    }

    /** Whoever keeps the projections can write nothing meanwhile, and is cut off when it tries. */
    @Test
    void aListIsWholeHoweverFarItsProjectionIsBehind() throws SQLException {
        List<UUID> before = placeByAlice(2);
        try (Connection other = shop.database().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table order_by_customer, order_by_status in exclusive mode");
            List<UUID> placed = placeByAlice(3);

            List<UUID> all = Stream.concat(placed.stream(), before.stream()).toList();
            assertThat(ids(find(ALICE, null, null, new Page(9, null)))).isEqualTo(all);
            assertThat(ids(find(OPERATOR, null, Status.CONFIRMED, new Page(9, null))))
                    .isEqualTo(all);
            OrderPage first = result(find(ALICE, null, Status.CONFIRMED, new Page(2, null)));
            assertThat(ids(find(ALICE, null, Status.CONFIRMED, new Page(9, first.nextCursor()))))
                    .isEqualTo(all.subList(2, 5));
            assertThat(ids(find(ALICE, null, Status.REJECTED, new Page(9, null))))
                    .isEmpty();
            assertThat(shop.database().number("select count(*) from order_by_customer"))
                    .isLessThanOrEqualTo(before.size());
            other.rollback();
        }
    }

    @Test
    void aListComesInPagesNewestFirstAlsoWhenItGrowsMeanwhile() {
        List<UUID> orders = placeByAlice(5);

        OrderPage first = result(find(ALICE, null, null, new Page(2, null)));
        placeByAlice(1);
        OrderPage second = result(find(ALICE, null, null, new Page(2, first.nextCursor())));
        OrderPage third = result(find(ALICE, null, null, new Page(2, second.nextCursor())));

        assertThat(ids(Reply.done(first))).isEqualTo(orders.subList(0, 2));
        assertThat(ids(Reply.done(second))).isEqualTo(orders.subList(2, 4));
        assertThat(ids(Reply.done(third))).isEqualTo(orders.subList(4, 5));
        assertThat(third.nextCursor()).isNull();
    }

    @Test
    void aPageThatIsJustFullIsTheLast() {
        placeByAlice(2);

        assertThat(result(find(ALICE, null, null, new Page(2, null))).nextCursor())
                .isNull();
    }

    @Test
    void aListCanBeNarrowedToAStatus() {
        UUID confirmed = shop.placeAndWait().id();
        shop.inventory.reserve.once(FakeEndpoint.refuse(Refusal.of(Refusals.OUT_OF_STOCK, "none left")));
        UUID rejected = shop.placeAndWait().id();

        assertThat(ids(find(ALICE, null, Status.CONFIRMED, new Page(9, null)))).containsExactly(confirmed);
        assertThat(ids(find(OPERATOR, null, Status.REJECTED, new Page(9, null))))
                .containsExactly(rejected);
        assertThat(ids(find(ALICE, null, Status.PENDING, new Page(9, null)))).isEmpty();
    }

    @Test
    void customersSeeTheirOwnOrdersAndOperatorsAll() {
        UUID ofAlice = shop.placeAndWait().id();
        UUID ofBob = result(shop.place(BOB, tea("key", 1, 10_000))).id();
        Page page = new Page(9, null);

        assertThat(ids(find(ALICE, null, null, page))).containsExactly(ofAlice);
        assertThat(ids(find(ALICE, BOB.userId(), null, page))).containsExactly(ofAlice);
        assertThat(ids(find(OPERATOR, null, null, page))).containsExactly(ofBob, ofAlice);
        assertThat(ids(find(OPERATOR, ALICE.userId(), null, page))).containsExactly(ofAlice);
        assertThat(Shop.refusal(find(Principal.ANONYMOUS, null, null, page)).code())
                .isEqualTo(Refusals.FORBIDDEN);
    }

    @Test
    void aCursorThatIsNotOursIsRefused() {
        assertThat(Shop.refusal(find(ALICE, null, null, new Page(9, "nonsense")))
                        .code())
                .isEqualTo(Refusals.INVALID);
    }

    @Test
    void anothersOrderIsAsIfThereWereNone() {
        UUID ofAlice = shop.placeAndWait().id();

        for (UUID id : List.of(ofAlice, UUID.randomUUID())) {
            var get = shop.platform.call(OrderMessages.GET, BOB, new GetOrder(id), OrderMessages.Order.class);
            var events = shop.platform.call(OrderMessages.EVENTS, BOB, new GetEvents(id), OrderHistory.class);
            assertThat(Shop.refusal(get)).isEqualTo(Refusal.of(Refusals.NOT_FOUND, "there is no order " + id));
            assertThat(Shop.refusal(events)).isEqualTo(Shop.refusal(get));
        }
    }

    @Test
    void theOwnerOperatorsAndOtherServicesSeeAnOrder() {
        UUID ofAlice = shop.placeAndWait().id();

        for (Principal who : List.of(ALICE, OPERATOR, Principal.service("inventory"))) {
            var get = shop.platform.call(OrderMessages.GET, who, new GetOrder(ofAlice), OrderMessages.Order.class);
            assertThat(result(get).id()).isEqualTo(ofAlice);
        }
    }
}
