package io.trolleybus.verification;

/** A product as anyone sees it. */
record Product(String sku, String name, Money price, long available, long version) {}
