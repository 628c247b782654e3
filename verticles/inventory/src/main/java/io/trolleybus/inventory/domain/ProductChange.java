package io.trolleybus.inventory.domain;

import io.trolleybus.inventory.domain.InventoryEvent.PriceChanged;
import io.trolleybus.inventory.domain.InventoryEvent.ProductDescribed;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.Product;
import io.trolleybus.model.Money;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a change makes of a product.
 *
 * @param events one, or none if everything is as it was
 */
public record ProductChange(Product after, List<InventoryEvent> events) {
    /** @param by the name of the principal who changes it */
    public static Reply<ProductChange> of(Product product, ChangeProduct command, String by) {
        if (command.versions() != null && !command.versions().contains(product.version())) {
            return Reply.refused(new Refusal(
                    Refusals.PRECONDITION_FAILED,
                    product.sku() + " is at version " + product.version() + " by now.",
                    Map.of("sku", product.sku(), "version", product.version())));
        }
        Money price = Objects.requireNonNullElse(command.price(), product.price());
        if (!price.currency().equals(product.price().currency())) {
            return Reply.refused(new Refusal(
                    Refusals.CURRENCY_CHANGED,
                    "The price of " + product.sku() + " is in "
                            + product.price().currency() + ", not in " + price.currency() + ".",
                    Map.of("sku", product.sku(), "currency", product.price().currency())));
        }
        String name = Objects.requireNonNullElse(command.name(), product.name());
        String description = Objects.requireNonNullElse(command.description(), product.description());
        var after = new Product(
                product.sku(),
                name,
                description,
                price,
                product.available(),
                product.version() + 1,
                product.createdAt());
        if (!price.equals(product.price())) {
            return changed(after, new PriceChanged(product.sku(), name, description, price, by));
        }
        if (!name.equals(product.name()) || !description.equals(product.description())) {
            return changed(after, new ProductDescribed(product.sku(), name, description, price, by));
        }
        return Reply.done(new ProductChange(product, List.of()));
    }

    private static Reply<ProductChange> changed(Product after, InventoryEvent event) {
        return Reply.done(new ProductChange(after, List.of(event)));
    }
}
