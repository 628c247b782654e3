package io.trolleybus.payment;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.model.PaymentMessages;
import java.util.List;

/** Makes the payment service known to a process. Its one setting is {@code provider.url}. */
public final class PaymentModule implements ServiceModule {
    @Override
    public String name() {
        return PaymentMessages.SERVICE;
    }

    @Override
    public List<String> migrations() {
        return List.of("io/trolleybus/journal/migrations", "io/trolleybus/payment/migrations");
    }

    @Override
    public Service create() {
        return new PaymentService();
    }
}
