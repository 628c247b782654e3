package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.model.InventoryMessages;
import io.trolleybus.model.InventoryMessages.Held;
import io.trolleybus.model.InventoryMessages.Released;
import io.trolleybus.model.InventoryMessages.ReserveStock;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationsTest {
    private static final String WAITING_FOR_A_LOCK =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    private Shop shop;

    @BeforeEach
    void open() {
        shop = new Shop();
    }

    @AfterEach
    void close() {
        assertThat(shop.leaks()).isEmpty();
        shop.close();
    }

    @Test
    void aHoldIsReservedAndRecorded() {
        shop.add("bell", 5);
        UUID id = shop.newId();

        assertThat(shop.reserve(id, "bell", 3)).isEqualTo(Reply.done(new Held(id)));

        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 5, 3, 2));
        assertThat(shop.state(id)).isEqualTo("HELD");
        assertThat(shop.events(id)).containsExactly("StockReserved");
    }

    @Test
    void aRefusedReservationNamesTheSkuAndLeavesNothingBehind() {
        shop.add("bell", 5);
        shop.add("pole", 1);
        UUID id = shop.newId();

        var refused = refusal(
                Futures.await(shop.sendReserve(id, List.of(new StockLine("bell", 2), new StockLine("pole", 2)))));

        assertThat(refused.code()).isEqualTo(Refusals.OUT_OF_STOCK);
        assertThat(refused.facts()).isEqualTo(Map.of("sku", "pole", "available", 1));
        assertThat(shop.stock("bell").reserved()).isZero();
        assertThat(shop.inventory.database().number("select count(*) from reservation"))
                .isZero();
        assertThat(shop.events(id)).isEmpty();
    }

    @Test
    void unitsThatAreGoneSinceTheyWereLastSeenAreRefused() {
        shop.add("bell", 5);
        shop.reserve(shop.newId(), "bell", 1);
        shop.inventory.database().execute("update stock set on_hand = 2 where sku = 'bell'");
        UUID id = shop.newId();

        var refused = refusal(shop.reserve(id, "bell", 3));

        assertThat(refused.facts()).isEqualTo(Map.of("sku", "bell", "available", 1));
        assertThat(shop.events(id)).isEmpty();
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 2, 1, 1));
    }

    @ParameterizedTest
    @CsvSource({"2, 3", "3, 1"})
    void unitsThatGoWhileAHoldWaitsForThemAreNotHeldTwice(int quantity, int reservedAfter) throws SQLException {
        shop.add("bell", 5);
        shop.reserve(shop.newId(), "bell", 1);
        Future<Reply<Held>> waiting;
        try (Connection other = shop.inventory.database().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update stock set on_hand = on_hand - 2 where sku = 'bell'");
            waiting = shop.sendReserve(shop.newId(), "bell", quantity);
            await().until(() -> shop.inventory.database().number(WAITING_FOR_A_LOCK) == 1);
            other.commit();
        }

        boolean held = Futures.await(waiting).fold(done -> true, refusal -> false);

        assertThat(held).isEqualTo(quantity <= 2);
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 3, reservedAfter, 3 - reservedAfter));
    }

    @Test
    void unitsThatCameSinceTheyWereLastSeenCanBeHad() {
        shop.add("bell", 1);
        shop.reserve(shop.newId(), "bell", 1);
        refusal(shop.reserve(shop.newId(), "bell", 3));
        shop.move("bell", 3, "delivery");
        UUID id = shop.newId();

        assertThat(shop.reserve(id, "bell", 3)).isEqualTo(Reply.done(new Held(id)));
    }

    @Test
    void anUnknownProductIsNamed() {
        var refused = refusal(shop.reserve(shop.newId(), "ghost", 1));

        assertThat(refused.code()).isEqualTo(Refusals.UNKNOWN_PRODUCT);
        assertThat(refused.facts()).isEqualTo(Map.of("sku", "ghost"));
    }

    @Test
    void aRepeatedReservationIsAnsweredAgainAndHeldOnce() {
        shop.add("bell", 5);
        UUID id = shop.newId();
        shop.reserve(id, "bell", 3);

        assertThat(shop.reserve(id, "bell", 3)).isEqualTo(Reply.done(new Held(id)));
        shop.inventory.restart();
        assertThat(shop.reserve(id, "bell", 3)).isEqualTo(Reply.done(new Held(id)));

        assertThat(shop.stock("bell").reserved()).isEqualTo(3);
        assertThat(shop.events(id)).containsExactly("StockReserved");
    }

    @Test
    void aReleaseGivesBackOnce() {
        shop.add("bell", 5);
        UUID id = shop.newId();
        shop.reserve(id, "bell", 3);

        assertThat(shop.release(id)).isEqualTo(Reply.done(new Released(id)));
        assertThat(shop.release(id)).isEqualTo(Reply.done(new Released(id)));

        assertThat(shop.stock("bell").reserved()).isZero();
        assertThat(shop.state(id)).isEqualTo("RELEASED");
        assertThat(shop.events(id)).containsExactly("StockReserved", "StockReleased");
        assertThat(refusal(shop.reserve(id, "bell", 3)).code()).isEqualTo(Refusals.RELEASED);
    }

    @Test
    void aReleaseThatComesFirstRefusesTheReservation() {
        shop.add("bell", 5);
        UUID id = shop.newId();

        shop.release(id);

        assertThat(refusal(shop.reserve(id, "bell", 1)).code()).isEqualTo(Refusals.RELEASED);
        assertThat(shop.stock("bell").reserved()).isZero();
        assertThat(shop.events(id)).isEmpty();
    }

    @Test
    void commandsAboutOneReservationInOneBatchTakeTurns() {
        shop.add("bell", 5);
        UUID heldThenReleased = shop.newId();
        UUID releasedThenHeld = shop.newId();
        UUID heldTwice = shop.newId();

        // All are sent in one turn of the loop while the first of them is committing, so they meet in a batch.
        Future<List<Reply<?>>> all = shop.platform.onLoop(() -> Future.all(List.of(
                        shop.sendReserve(shop.newId(), "bell", 1),
                        shop.sendReserve(heldThenReleased, "bell", 1),
                        shop.sendRelease(heldThenReleased),
                        shop.sendReserve(heldThenReleased, "bell", 1),
                        shop.sendRelease(releasedThenHeld),
                        shop.sendReserve(releasedThenHeld, "bell", 1),
                        shop.sendReserve(heldTwice, "bell", 2),
                        shop.sendReserve(heldTwice, "bell", 2)))
                .map(done -> done.list()));

        List<Reply<?>> replies = Futures.await(all);
        assertThat(replies.get(2)).isEqualTo(Reply.done(new Released(heldThenReleased)));
        assertThat(refusal(replies.get(3)).code()).isEqualTo(Refusals.RELEASED);
        assertThat(refusal(replies.get(5)).code()).isEqualTo(Refusals.RELEASED);
        assertThat(replies.get(7)).isEqualTo(Reply.done(new Held(heldTwice)));
        assertThat(shop.stock("bell").reserved()).isEqualTo(3);
    }

    @Test
    void theLastUnitGoesToOneOfAHundredBuyersOfTwoInstances() {
        shop.deployAnother();
        shop.add("bell", 1);

        var buyers = IntStream.range(0, 100)
                .mapToObj(i -> shop.sendReserve(shop.newId(), "bell", 1))
                .toList();
        List<Reply<Held>> replies = Futures.await(Future.all(buyers).map(all -> all.<Reply<Held>>list()));

        assertThat(replies.stream().filter(Reply.Done.class::isInstance)).hasSize(1);
        assertThat(replies.stream().filter(Reply.Refused.class::isInstance))
                .allSatisfy(reply -> assertThat(refusal(reply).code()).isEqualTo(Refusals.OUT_OF_STOCK));
        assertThat(shop.stock("bell")).isEqualTo(new Stock("bell", 1, 1, 0));
    }

    @Test
    void reservationsAndReleasesOfTwoInstancesMeetOnManySkusWithoutALeak() {
        shop.deployAnother();
        for (int sku = 0; sku < 5; sku++) {
            shop.add("sku" + sku, 40);
        }
        var random = new Random(42);
        var pending = new ArrayList<Future<?>>();
        for (int i = 0; i < 300; i++) {
            UUID id = shop.newId();
            int first = random.nextInt(5);
            var lines = List.of(
                    new StockLine("sku" + first, 1 + random.nextInt(3)),
                    new StockLine("sku" + (first + 1 + random.nextInt(4)) % 5, 1 + random.nextInt(3)));
            pending.add(shop.sendReserve(id, lines));
            if (i % 3 == 0) {
                pending.add(shop.sendRelease(id));
            }
            if (i % 5 == 0) {
                pending.add(shop.sendReserve(id, lines));
            }
        }

        Futures.await(Future.all(pending));

        for (int sku = 0; sku < 5; sku++) {
            assertThat(shop.stock("sku" + sku).available()).isBetween(0, 40);
        }
        assertThat(shop.leaks()).isEmpty();
        assertThat(shop.inventory
                        .database()
                        .number("select count(*) from reservation r where (state = 'HELD') <> (1 = (select count(*)"
                                + " from journal where stream = r.id)) and skus <> '{}'"))
                .isZero();
    }

    @Test
    void onlyServicesHoldStock() {
        shop.add("bell", 5);
        var command = new ReserveStock(shop.newId(), List.of(new StockLine("bell", 1)));

        var refused = refusal(shop.platform.call(InventoryMessages.RESERVE, Shop.CUSTOMER, command, Held.class));

        assertThat(refused.code()).isEqualTo(Refusals.FORBIDDEN);
        assertThat(shop.stock("bell").reserved()).isZero();
    }
}
