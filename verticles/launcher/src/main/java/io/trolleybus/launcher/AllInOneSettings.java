package io.trolleybus.launcher;

import io.trolleybus.chassis.Settings;
import io.trolleybus.gateway.GatewaySettings;
import java.nio.file.Path;
import java.util.List;

/** What an all-in-one process is told, checked. */
record AllInOneSettings(
        BackingSettings backing, Listener http, Listener management, GatewaySettings gateway, Settings services) {

    /** @param home the user's folder, which holds the data unless another is named */
    static AllInOneSettings from(Configuration configuration, Path home) {
        BackingSettings backing = BackingSettings.from(configuration, home);
        Listener http = Listener.of(configuration, "http");
        return new AllInOneSettings(
                backing,
                http,
                Listener.of(configuration, "management"),
                ServiceSettings.ofGateway(configuration, http),
                ServiceSettings.of(configuration, backing.provider().url(), true));
    }

    List<Listener> listeners() {
        return List.of(http, management, backing.provider());
    }
}
