package io.trolleybus.verification;

import java.net.URI;
import java.util.function.Supplier;

/** A running platform as its users know it. */
final class Shop {

    private final Platform platform;
    private final Api gateway;
    private final Operator operator;

    private Shop(Platform platform, Api gateway, Operator operator) {
        this.platform = platform;
        this.gateway = gateway;
        this.operator = operator;
    }

    /** Opens the shop of a platform that is ready, with its operator logged in. */
    static Shop at(Platform platform) {
        return at(platform, Api.at(platform.gateways()));
    }

    /** Opens the shop behind whichever gateway is named next. */
    static Shop at(Platform platform, Supplier<URI> gateways) {
        return at(platform, Api.at(gateways));
    }

    private static Shop at(Platform platform, Api gateway) {
        return new Shop(platform, gateway, Operator.login(gateway));
    }

    Api gateway() {
        return gateway;
    }

    Api management() {
        return Api.at(platform.management());
    }

    Provider provider() {
        return new Provider(platform.provider());
    }

    Operator operator() {
        return operator;
    }

    Customer newCustomer() {
        return Customer.join(gateway);
    }
}
