package io.trolleybus.launcher;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** Blocking connections to the local server, used at start-up only. */
final class PgConnections {
    private static final int CONNECT_TIMEOUT_SECONDS = 5;
    private static final int ANSWER_TIMEOUT_SECONDS = 30;

    private PgConnections() {}

    static Connection open(int port, String database, String user, String password) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(user);
        source.setPassword(password);
        source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
        source.setSocketTimeout(ANSWER_TIMEOUT_SECONDS);
        source.setSslMode("disable");
        // A stranger's server could ask for the password itself; with SCRAM it never leaves this process.
        source.setProperty(PGProperty.REQUIRE_AUTH, "scram-sha-256");
        return source.getConnection();
    }
}
