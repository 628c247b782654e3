package io.trolleybus.launcher;

import java.nio.file.Path;

/** What a process that brings its own PostgreSQL and payment provider is told about these, checked. */
record BackingSettings(Path dataDirectory, Listener provider, PostgresPort postgres) {
    /** @param home the user's folder, which holds the data unless another is named */
    static BackingSettings from(Configuration configuration, Path home) {
        String directory = configuration.text("data.dir");
        return new BackingSettings(
                directory.isBlank() ? home.resolve(".trolleybus") : Path.of(directory),
                Listener.of(configuration, "provider"),
                new PostgresPort(
                        configuration.number("postgres.port", 1, Listener.MAX_PORT),
                        configuration.isExplicit("postgres.port")));
    }
}
