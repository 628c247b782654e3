package io.trolleybus.inventory.domain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why the number of units on hand changed. */
public enum MovementKind {
    /** Came from a supplier, or with a new product. */
    RECEIVED,
    /** Was broken, lost or found. */
    ADJUSTED,
    /** Left with a shipment; this alone is nobody's to say. */
    SOLD,
    /** Came back from a customer. */
    RETURNED,
    /** Puts an earlier movement right. */
    CORRECTED;

    /** As it is stored and sent. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty if no kind is called so. */
    public static Optional<MovementKind> named(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst();
    }

    /** What a movement is if nobody says. */
    public static MovementKind suggestedBy(int quantity) {
        return quantity > 0 ? RECEIVED : ADJUSTED;
    }

    /** Whether units can only come by it. */
    boolean onlyComes() {
        return this == RECEIVED || this == RETURNED;
    }
}
