package io.trolleybus.verification;

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
        Api gateway = Api.at(platform.gateways());
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
