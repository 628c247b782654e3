package io.trolleybus.launcher;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Blocking connections, used at start-up only. */
final class PgConnections {
    private static final String CONNECT_TIMEOUT_SECONDS = "5";
    private static final String ANSWER_TIMEOUT_SECONDS = "30";

    private PgConnections() {}

    /** To the local server. */
    static Connection open(int port, String database, String user, String password) throws SQLException {
        Properties properties = properties(user, password);
        properties.setProperty("sslmode", "disable");
        // A stranger's server could ask for the password itself; with SCRAM it never leaves this process.
        properties.setProperty("requireAuth", "scram-sha-256");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + '/' + database, properties);
    }

    /** @param database its name, and after a question mark what else a URL may say of the connection */
    static Connection open(String host, int port, String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host + ':' + port + '/' + database, properties(user, password));
    }

    private static Properties properties(String user, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("socketTimeout", ANSWER_TIMEOUT_SECONDS);
        return properties;
    }
}
