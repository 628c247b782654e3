package io.trolleybus.inventory;

import static io.trolleybus.inventory.Shop.refusal;
import static io.trolleybus.inventory.Shop.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Movement;
import io.trolleybus.model.Refusals;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which kinds the movements of stock are. */
class StockMovementsTest {
    private Shop shop;

    @BeforeEach
    void open() {
        shop = new Shop();
        shop.add("bell", 5);
    }

    @AfterEach
    void close() {
        assertThat(shop.imbalances()).isEmpty();
        shop.close();
    }

    @ParameterizedTest
    @CsvSource({
        "3, , received",
        "-3, , adjusted",
        "3, received, received",
        "3, adjusted, adjusted",
        "3, returned, returned",
        "3, corrected, corrected",
        "-3, corrected, corrected"
    })
    void aMovementIsOfTheKindThatIsNamedOrThatItsSignSuggests(int quantity, String named, String kind) {
        Movement moved = result(shop.move(new MoveStock("bell", quantity, named, "counted", "key")));

        assertThat(moved.kind()).isEqualTo(kind);
        assertThat(moved.onHand()).isEqualTo(5 + quantity);
        assertThat(result(shop.movements("bell", 1, null)).items()).containsExactly(moved);
    }

    @ParameterizedTest
    @CsvSource({"-1, received", "-1, returned", "1, sold", "-1, sold", "1, stolen", "1, RECEIVED"})
    void aKindThatDoesNotFitIsRefused(int quantity, String kind) {
        var refused = refusal(shop.move(new MoveStock("bell", quantity, kind, "counted", "key")));

        assertThat(refused.code()).isEqualTo(Refusals.INVALID);
        assertThat(shop.stock("bell").onHand()).isEqualTo(5);
    }

    @Test
    void anotherKindUnderTheSameKeyIsAnotherMovement() {
        Movement moved = result(shop.move(new MoveStock("bell", 1, "returned", "counted", "key")));

        assertThat(result(shop.move(new MoveStock("bell", 1, "returned", "counted", "key"))))
                .isEqualTo(moved);
        for (String other : new String[] {null, "received"}) {
            assertThat(refusal(shop.move(new MoveStock("bell", 1, other, "counted", "key")))
                            .code())
                    .isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);
        }
        assertThat(shop.stock("bell").onHand()).isEqualTo(6);
    }

    @Test
    void aProductThatNeverHadStockHasAnEmptyHistoryAndAnUnknownOneNone() {
        shop.add("pole", 0);

        assertThat(result(shop.movements("pole", 10, null)).items()).isEmpty();
        assertThat(refusal(shop.movements("ghost", 10, null)).code()).isEqualTo(Refusals.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-an-id", "0"})
    void aCursorThatWasNotGivenIsRefused(String cursor) {
        assertThat(refusal(shop.movements("bell", 10, cursor)).code()).isEqualTo(Refusals.INVALID);
    }
}
