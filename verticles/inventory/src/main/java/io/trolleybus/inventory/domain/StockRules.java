package io.trolleybus.inventory.domain;

import io.trolleybus.model.InventoryMessages.AddProduct;
import io.trolleybus.model.InventoryMessages.ChangeProduct;
import io.trolleybus.model.InventoryMessages.MoveStock;
import io.trolleybus.model.InventoryMessages.Stock;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Money;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a valid product, movement and reservation is. Each rule answers why something is not, or empty. */
public final class StockRules {
    public static final int MAX_LINES = 100;
    public static final int MAX_LINE_UNITS = 10_000;
    /** Far below what an int holds, so that no sum of two can overflow. */
    public static final int MAX_ON_HAND_UNITS = 1_000_000_000;
    /** In minor units: ten million of a currency with cents. */
    public static final long MAX_PRICE_MINOR = 1_000_000_000;

    public static final int MAX_NAME_CHARS = 200;
    public static final int MAX_DESCRIPTION_CHARS = 2_000;
    public static final int MAX_REASON_CHARS = 500;
    public static final int MAX_KEY_CHARS = 200;

    private static final Pattern SKU = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private StockRules() {}

    public static boolean isSku(String text) {
        return SKU.matcher(text).matches();
    }

    public static Optional<Refusal> check(AddProduct product) {
        if (!isSku(product.sku())) {
            return invalid("sku must be 1 to 64 letters, digits, dots, underscores or hyphens");
        }
        Optional<Refusal> refusal = check(product.name(), product.description(), product.price());
        if (refusal.isPresent()) {
            return refusal;
        }
        if (product.initialStock() < 0 || product.initialStock() > MAX_ON_HAND_UNITS) {
            return invalid("initialStock must be 0 to " + MAX_ON_HAND_UNITS);
        }
        return Optional.empty();
    }

    public static Optional<Refusal> check(ChangeProduct change) {
        if (change.name() == null && change.description() == null && change.price() == null) {
            return invalid("a change names name, description or price");
        }
        return check(change.name(), change.description(), change.price());
    }

    private static Optional<Refusal> check(@Nullable String name, @Nullable String description, @Nullable Money price) {
        if (name != null && (name.isBlank() || name.length() > MAX_NAME_CHARS)) {
            return invalid("name must be 1 to " + MAX_NAME_CHARS + " characters");
        }
        if (description != null && description.length() > MAX_DESCRIPTION_CHARS) {
            return invalid("description must be at most " + MAX_DESCRIPTION_CHARS + " characters");
        }
        if (price != null && (price.amount() < 0 || price.amount() > MAX_PRICE_MINOR)) {
            return invalid("price.amount must be 0 to " + MAX_PRICE_MINOR);
        }
        return Optional.empty();
    }

    public static Optional<Refusal> check(MoveStock move) {
        if (move.quantity() == 0 || Math.abs((long) move.quantity()) > MAX_ON_HAND_UNITS) {
            return invalid("quantity must not be 0, nor more than " + MAX_ON_HAND_UNITS + " either way");
        }
        if (move.reason().isBlank() || move.reason().length() > MAX_REASON_CHARS) {
            return invalid("reason must be 1 to " + MAX_REASON_CHARS + " characters");
        }
        if (move.key().isBlank() || move.key().length() > MAX_KEY_CHARS) {
            return invalid("key must be 1 to " + MAX_KEY_CHARS + " characters");
        }
        return move.kind() == null ? Optional.empty() : checkKind(move.kind(), move.quantity());
    }

    private static Optional<Refusal> checkKind(String name, int quantity) {
        Optional<MovementKind> kind = MovementKind.named(name);
        if (kind.isEmpty()) {
            return invalid("kind must be received, adjusted, returned or corrected, not " + name);
        }
        if (kind.get() == MovementKind.SOLD) {
            return invalid("kind cannot be sold: shipping an order sells its stock");
        }
        if (kind.get().onlyComes() && quantity < 0) {
            return invalid("quantity must be more than 0 for what is " + name);
        }
        return Optional.empty();
    }

    /** Whether a movement may happen to the stock as it is. */
    public static Optional<Refusal> check(MoveStock move, Stock stock) {
        int onHand = stock.onHand() + move.quantity();
        if (onHand < stock.reserved()) {
            return Optional.of(new Refusal(
                    Refusals.BELOW_RESERVED,
                    "Of " + stock.sku() + " " + stock.reserved() + " are reserved, so at most " + stock.available()
                            + " can be taken away.",
                    Map.of("sku", stock.sku(), "reserved", stock.reserved(), "available", stock.available())));
        }
        if (onHand > MAX_ON_HAND_UNITS) {
            return invalid("there cannot be more than " + MAX_ON_HAND_UNITS + " on hand");
        }
        return Optional.empty();
    }

    /** A SKU that no product can have is as unknown as one that no product has. */
    public static Optional<Refusal> check(List<StockLine> lines) {
        if (lines.isEmpty() || lines.size() > MAX_LINES) {
            return invalid("a reservation has 1 to " + MAX_LINES + " lines");
        }
        var skus = new HashSet<String>();
        for (StockLine line : lines) {
            if (!isSku(line.sku())) {
                return Optional.of(Availability.unknownProduct(line.sku()));
            }
            if (line.quantity() < 1 || line.quantity() > MAX_LINE_UNITS) {
                return invalid("quantity must be 1 to " + MAX_LINE_UNITS);
            }
            if (!skus.add(line.sku())) {
                return invalid(line.sku() + " stands in two lines");
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> invalid(String detail) {
        return Optional.of(Refusal.of(Refusals.INVALID, detail));
    }
}
