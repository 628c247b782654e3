package io.trolleybus.launcher;

import io.trolleybus.chassis.Settings;
import io.trolleybus.gateway.GatewaySettings;
import io.trolleybus.inventory.InventoryModule;
import io.trolleybus.order.OrderModule;
import io.trolleybus.user.UserModule;
import java.util.Map;

/** What the services and the gateway are told of the configuration. */
final class ServiceSettings {
    static final String PROVIDER_URL = "provider.url";

    private ServiceSettings() {}

    /**
     * @param providerUrl where the payment provider is unless the configuration says otherwise
     * @param development whether an operator whose password is public is let in
     */
    static Settings of(Configuration configuration, String providerUrl, boolean development) {
        String told = configuration.text(PROVIDER_URL);
        int lowStock =
                configuration.number(InventoryModule.LOW_STOCK_THRESHOLD, 0, InventoryModule.MAX_LOW_STOCK_THRESHOLD);
        int auditPeriod = configuration.number(OrderModule.AUDIT_PERIOD, 1, OrderModule.MAX_AUDIT_PERIOD_SECONDS);
        int keyRotation = configuration.number(UserModule.KEY_ROTATION_HOURS, 1, UserModule.MAX_KEY_ROTATION_HOURS);
        return new Settings(Map.of(
                PROVIDER_URL,
                told.isBlank() ? providerUrl : told,
                InventoryModule.LOW_STOCK_THRESHOLD,
                Integer.toString(lowStock),
                OrderModule.AUDIT_PERIOD,
                Integer.toString(auditPeriod),
                UserModule.KEY_ROTATION_HOURS,
                Integer.toString(keyRotation),
                UserModule.DEVELOPMENT,
                Boolean.toString(development)));
    }

    static GatewaySettings ofGateway(Configuration configuration, Listener http) {
        Map<String, String> texts = configuration.texts();
        texts.put(GatewaySettings.HOST, http.host());
        texts.put(GatewaySettings.PORT, Integer.toString(http.port()));
        try {
            return GatewaySettings.from(new Settings(texts));
        } catch (IllegalArgumentException impossible) {
            throw new StartupFailure(String.valueOf(impossible.getMessage()), impossible);
        }
    }
}
