package io.trolleybus.chassis;

import org.jspecify.annotations.Nullable;

/**
 * How one service reaches its own database.
 *
 * @param user the run-time role: reads and writes rows, owns nothing
 * @param owner the role that migrates, used only before the service starts; null if others see to that
 * @param maxConnections connections for transactions, for each instance of the service
 */
public record DatabaseSettings(
        String host,
        int port,
        String database,
        String user,
        String password,
        @Nullable Role owner,
        int maxConnections) {

    /** A role with its password. */
    public record Role(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ':' + port + '/' + database;
    }

    /** Without the passwords, so that it can be logged. */
    @Override
    public String toString() {
        return user + '@' + host + ':' + port + '/' + database;
    }
}
