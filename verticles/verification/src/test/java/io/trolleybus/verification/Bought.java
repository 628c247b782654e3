package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

/** An order that was run to its end, to be looked for again later. */
record Bought(Customer customer, Order order) {

    static Bought at(Platform platform) {
        Shop shop = Shop.at(platform);
        Customer customer = shop.newCustomer();
        String sku = shop.operator().addProduct(Money.eur(700), 10);
        return new Bought(customer, customer.buyToTheEnd(Purchase.of(sku, 2)));
    }

    void assertStillThere(Platform platform) {
        assertThat(customer.order(order.id())).isEqualTo(order);
        assertThat(new Provider(platform.provider()).capturesOf(order.id())).containsExactly(order.total());
    }
}
