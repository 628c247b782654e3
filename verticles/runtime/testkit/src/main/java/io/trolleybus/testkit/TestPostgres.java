package io.trolleybus.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The one PostgreSQL of this JVM, started when the first test asks for it and stopped with the JVM. Its binaries are
 * unpacked once under {@code java.io.tmpdir} and serve later runs too. Thread-safe.
 *
 * <p>Commits are synchronous as in production; only the flush to disk is left out, which no test can tell apart without
 * pulling the plug. Every role but the superuser must give its password.
 */
final class TestPostgres {
    static final String HOST = "127.0.0.1";
    static final String SUPERUSER = "postgres";

    private static final String MAX_CONNECTIONS = "200";
    private static final String HOST_BASED_AUTHENTICATION = """
            local all all                  scram-sha-256
            host  all postgres 127.0.0.1/32 trust
            host  all all      127.0.0.1/32 scram-sha-256
            """;

    private final EmbeddedPostgres server;

    private TestPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Holds the server; the JVM initialises it on first use, once. */
    private static final class Running {
        static final TestPostgres INSTANCE = start();
    }

    static TestPostgres instance() {
        return Running.INSTANCE;
    }

    private static TestPostgres start() {
        try {
            return new TestPostgres(EmbeddedPostgres.builder()
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_connections", MAX_CONNECTIONS)
                    .setDataDirectoryCustomizer(TestPostgres::requirePasswords)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("the tests' PostgreSQL does not start", e);
        }
    }

    private static void requirePasswords(File dataDirectory) {
        try {
            Files.writeString(dataDirectory.toPath().resolve("pg_hba.conf"), HOST_BASED_AUTHENTICATION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    /** A connection as superuser. */
    Connection connect(String database) throws SQLException {
        return server.getDatabase(SUPERUSER, database).getConnection();
    }
}
