package io.trolleybus.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
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

    Connection asSuperuserIn(String service) throws SQLException {
        return connect(nameOf(service), SUPERUSER, passwordOf(SUPERUSER));
    }

    /** Runs a statement in a service's database as only a superuser could, behind the service's back. */
    void changeByHand(String service, String sql) throws SQLException {
        try (Connection connection = asSuperuserIn(service);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The tables, of all services, with a row that has this text in any of its columns. */
    List<String> tablesWith(String text) throws SQLException {
        List<String> found = new ArrayList<>();
        for (String service : SERVICES) {
            try (Connection connection = asSuperuserIn(service)) {
                for (String table : tablesOf(connection)) {
                    if (hasRowWith(connection, table, text)) {
                        found.add(service + '.' + table);
                    }
                }
            }
        }
        return found;
    }

    private static List<String> tablesOf(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                tables.add(rows.getString("TABLE_NAME"));
            }
        }
        return tables;
    }

    private static boolean hasRowWith(Connection connection, String table, String text) throws SQLException {
        String sql = "SELECT EXISTS (SELECT FROM \"" + table + "\" t WHERE position(lower(?) IN lower(t::text)) > 0)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, text);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
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
