package io.trolleybus.inventory.domain;

/** Where a reservation stands. Only what is held or allocated counts as reserved in the stock. */
public enum ReservationState {
    /** For an order that has not ended yet. */
    HELD,
    /** For a confirmed order. */
    ALLOCATED,
    /** Shipped. */
    SOLD,
    /** Given back, or never to be taken. */
    RELEASED;

    /** Whether its units are reserved, so that releasing it gives something back. */
    public boolean isReserved() {
        return this == HELD || this == ALLOCATED;
    }
}
