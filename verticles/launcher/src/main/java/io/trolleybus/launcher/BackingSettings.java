package io.trolleybus.launcher;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a process that brings PostgreSQL and a payment provider is told about these, checked.
 *
 * @param external the server to use instead of one of our own
 */
record BackingSettings(
        Path dataDirectory,
        Listener provider,
        PostgresPort postgres,
        @Nullable ExternalPostgres external) {
    /** @param home the user's folder, which holds the data unless another is named */
    static BackingSettings from(Configuration configuration, Path home) {
        String directory = configuration.text("data.dir");
        return new BackingSettings(
                directory.isBlank() ? home.resolve(".trolleybus") : Path.of(directory),
                Listener.of(configuration, "provider"),
                new PostgresPort(
                        configuration.number("postgres.port", 1, Listener.MAX_PORT),
                        configuration.isExplicit("postgres.port")),
                ExternalPostgres.from(configuration));
    }
}
