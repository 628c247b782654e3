package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Refusals;
import io.trolleybus.testkit.Futures;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the journal tells that little is left. */
class LowStockTest {
    private static final int THRESHOLD = 5;

    private Shop shop;

    @BeforeEach
    void open() {
        shop = new Shop(THRESHOLD);
    }

    @AfterEach
    void close() {
        assertThat(shop.leaks()).isEmpty();
        shop.close();
    }

    private UUID held(String sku, int quantity) {
        UUID id = shop.newId();
        result(shop.reserve(id, sku, quantity));
        return id;
    }

    /** SKU, what was available, and the threshold of each time. */
    private List<List<Object>> told() {
        return shop.inventory.database().rows("""
                        select data ->> 'sku', (data ->> 'available')::int, (data ->> 'threshold')::int
                        from journal where type = 'StockRanLow' order by position
                        """);
    }

    @Test
    void itIsToldOnceWhenHoldsTakeItBelowTheThreshold() {
        shop.add("bell", 10);
        shop.add("pole", 10);

        held("bell", 5);
        held("pole", 5);
        assertThat(told()).isEmpty();
        held("bell", 1);
        held("bell", 1);

        assertThat(told()).containsExactly(List.of("bell", 4, THRESHOLD));
    }

    @Test
    void itIsToldAgainAfterItHasRisen() {
        shop.add("bell", 10);
        UUID first = held("bell", 9);

        shop.release(first);
        held("bell", 6);

        assertThat(told()).containsExactly(List.of("bell", 1, THRESHOLD), List.of("bell", 4, THRESHOLD));
    }

    @Test
    void unitsThatWentUnseenDoNotKeepItFromBeingTold() {
        shop.add("bell", 100);
        held("bell", 1);
        shop.inventory.database().execute("update stock set on_hand = 8 where sku = 'bell'");

        held("bell", 3);

        assertThat(told()).containsExactly(List.of("bell", 4, THRESHOLD));
        assertThat(shop.stock("bell").reserved()).isEqualTo(4);
    }

    @Test
    void unitsThatCameUnseenDoNotKeepItFromBeingTold() {
        shop.add("bell", 7);
        held("bell", 3);
        shop.inventory.database().execute("update stock set on_hand = 10 where sku = 'bell'");

        held("bell", 3);

        assertThat(told()).containsExactly(List.of("bell", 4, THRESHOLD), List.of("bell", 4, THRESHOLD));
    }

    @Test
    void ofTwoInstancesThatTakeItTogetherOneTellsIt() {
        shop.deployAnother();
        shop.add("bell", 100);

        var buyers = IntStream.range(0, 100)
                .mapToObj(i -> shop.sendReserve(shop.newId(), "bell", 1))
                .toList();
        Futures.await(Future.all(buyers));

        assertThat(told()).hasSize(1);
        assertThat(shop.stock("bell").available()).isZero();
    }

    @Test
    void aMovementTellsItToo() {
        shop.add("bell", 10);
        held("bell", 4);

        assertThat(refusal(shop.move("bell", -7, "too much")).code()).isEqualTo(Refusals.BELOW_RESERVED);
        assertThat(told()).isEmpty();
        result(shop.move("bell", -3, "broken"));
        result(shop.move("bell", -1, "lost"));

        assertThat(told()).containsExactly(List.of("bell", 3, THRESHOLD));
    }

    @Test
    void aProductThatNeverHadMoreHasNotRunLow() {
        shop.add("bell", 4);

        held("bell", 1);

        assertThat(told()).isEmpty();
    }
}
