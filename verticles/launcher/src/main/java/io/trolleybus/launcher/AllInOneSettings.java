package io.trolleybus.launcher;

import java.nio.file.Path;
import java.util.List;

/** What an all-in-one process is told, checked. */
public record AllInOneSettings(
        Path dataDirectory, Listener http, Listener management, Listener provider, PostgresPort postgres) {
    private static final int MAX_PORT = 65_535;

    static AllInOneSettings from(Configuration configuration) {
        String directory = configuration.text("data.dir");
        return new AllInOneSettings(
                directory.isBlank() ? Path.of(System.getProperty("user.home"), ".trolleybus") : Path.of(directory),
                listener(configuration, "http"),
                listener(configuration, "management"),
                listener(configuration, "provider"),
                new PostgresPort(
                        configuration.number("postgres.port", 1, MAX_PORT), configuration.isExplicit("postgres.port")));
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
