package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.inventory.domain.InventoryEvent.PriceChanged;
import io.trolleybus.inventory.domain.InventoryEvent.ProductDescribed;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Money;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProductChangeTest {
    private static final Money PRICE = new Money(1999, "EUR");
    private static final Product BELL = new Product("bell", "Bell", "Loud", PRICE, 98, 3, Instant.EPOCH);

    private static Reply<ProductChange> change(ChangeProduct command) {
        return ProductChange.of(BELL, command, "user:1");
    }

    private static Product bell(String name, String description, Money price, int version) {
        return new Product("bell", name, description, price, 98, version, Instant.EPOCH);
    }

    private static String code(Reply<ProductChange> reply) {
        return reply.fold(change -> "changed", refusal -> refusal.code());
    }

    @Test
    void aPriceThatIsAnotherIsToldAsSuchWhateverElseChanges() {
        var cheap = new Money(1, "EUR");

        assertThat(change(new ChangeProduct("bell", "Brass", null, cheap, null)))
                .isEqualTo(Reply.done(new ProductChange(
                        bell("Brass", "Loud", cheap, 4),
                        List.of(new PriceChanged("bell", "Brass", "Loud", cheap, "user:1")))));
    }

    @Test
    void anotherNameOrDescriptionIsToldWithoutCallingThePriceChanged() {
        assertThat(change(new ChangeProduct("bell", null, "", PRICE, List.of(3))))
                .isEqualTo(Reply.done(new ProductChange(
                        bell("Bell", "", PRICE, 4),
                        List.of(new ProductDescribed("bell", "Bell", "", PRICE, "user:1")))));
    }

    @Test
    void nothingIsToldWhenNothingChanges() {
        assertThat(change(new ChangeProduct("bell", "Bell", "Loud", PRICE, null)))
                .isEqualTo(Reply.done(new ProductChange(BELL, List.of())));
    }

    @Test
    void theVersionMustBeOneOfThose() {
        assertThat(code(change(new ChangeProduct("bell", "Brass", null, null, List.of(1, 3)))))
                .isEqualTo("changed");
        assertThat(code(change(new ChangeProduct("bell", "Brass", null, null, List.of(2)))))
                .isEqualTo(Refusals.PRECONDITION_FAILED);
        assertThat(code(change(new ChangeProduct("bell", "Bell", null, null, List.of()))))
                .isEqualTo(Refusals.PRECONDITION_FAILED);
    }

    @Test
    void theCurrencyStays() {
        assertThat(code(change(new ChangeProduct("bell", null, null, new Money(1999, "USD"), null))))
                .isEqualTo(Refusals.CURRENCY_CHANGED);
    }
}
