package io.trolleybus.verification;

/** What the operator sees of a product's stock, in units. */
record Stock(String sku, long onHand, long reserved, long available) {}
