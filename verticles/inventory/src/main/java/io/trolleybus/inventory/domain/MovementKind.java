package io.trolleybus.inventory.domain;

import java.util.Locale;

/** Why the number of units on hand changed. */
public enum MovementKind {
    /** Came with the product. */
    RECEIVED,
    /** An operator said so. */
    ADJUSTED,
    /** Left with a shipment. */
    SHIPPED;

    /** As it is stored and sent. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
