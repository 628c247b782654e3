package io.trolleybus.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/** The services' databases on one PostgreSQL server, entered with the credentials the launcher wrote. */
final class Databases {

    static final List<String> SERVICES = List.of("user", "inventory", "order", "payment");

    static final String SUPERUSER = "postgres";
    private static final String CONNECT_TIMEOUT_SECONDS = "10";
    private static final String SOCKET_TIMEOUT_SECONDS = "30";

    private final Path dataDir;
    private final int port;

    Databases(Path dataDir, int port) {
        this.dataDir = dataDir;
        this.port = port;
    }

    /** The database of a service; its run-time role has the same name. */
    static String nameOf(String service) {
        return "trolleybus_" + service;
    }

    /** Enters a service's database as the service itself does while it runs. */
    Connection asService(String service) throws SQLException {
        return connect(nameOf(service), nameOf(service), passwordOf(nameOf(service)));
    }

    Connection asSuperuser() throws SQLException {
        return connect("postgres", SUPERUSER, passwordOf(SUPERUSER));
    }

    /** Tries to enter with whatever password, the empty one meaning none. */
    Connection connect(String database, String role, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + '/' + database, properties);
    }

    String passwordOf(String role) {
        Path file = dataDir.resolve("secrets").resolve(role);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("no password of " + role, e);
        }
    }
}
