package io.trolleybus.launcher;

import io.trolleybus.chassis.Settings;
import io.trolleybus.gateway.GatewaySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What an all-in-one process is told, checked. */
public record AllInOneSettings(
        Path dataDirectory,
        Listener http,
        Listener management,
        Listener provider,
        PostgresPort postgres,
        GatewaySettings gateway,
        Settings services) {
    private static final int MAX_PORT = 65_535;

    /** @param home the user's folder, which holds the data unless another is named */
    static AllInOneSettings from(Configuration configuration, Path home) {
        String directory = configuration.text("data.dir");
        Listener http = listener(configuration, "http");
        Listener provider = listener(configuration, "provider");
        return new AllInOneSettings(
                directory.isBlank() ? home.resolve(".trolleybus") : Path.of(directory),
                http,
                listener(configuration, "management"),
                provider,
                new PostgresPort(
                        configuration.number("postgres.port", 1, MAX_PORT), configuration.isExplicit("postgres.port")),
                gateway(configuration, http),
                new Settings(Map.of("provider.url", provider.url())));
    }

    private static GatewaySettings gateway(Configuration configuration, Listener http) {
        Map<String, String> texts = configuration.texts();
        texts.put(GatewaySettings.HOST, http.host());
        texts.put(GatewaySettings.PORT, Integer.toString(http.port()));
        try {
            return GatewaySettings.from(new Settings(texts));
        } catch (IllegalArgumentException impossible) {
            throw new StartupFailure(String.valueOf(impossible.getMessage()), impossible);
        }
    }

    List<Listener> listeners() {
        return List.of(http, management, provider);
    }

    private static Listener listener(Configuration configuration, String name) {
        String host = configuration.text(name + ".host");
        if (host.isBlank()) {
            throw configuration.impossible(name + ".host", "a host name or address");
        }
        String portKey = name + ".port";
        return new Listener(portKey, host, configuration.number(portKey, 1, MAX_PORT));
    }
}
