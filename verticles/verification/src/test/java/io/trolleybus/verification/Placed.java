package io.trolleybus.verification;

/** A purchase that was acknowledged: who sent what, and the order it became. */
record Placed(Customer customer, Purchase purchase, String orderId) {}
