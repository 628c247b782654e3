package io.trolleybus.chassis;

/**
 * How one service reaches its own database.
 *
 * @param user the run-time role: reads and writes rows, owns nothing
 * @param ownerUser the role that migrates; used only before the service starts
 * @param maxConnections connections for transactions, for each instance of the service
 */
public record DatabaseSettings(
        String host,
        int port,
        String database,
        String user,
        String password,
        String ownerUser,
        String ownerPassword,
        int maxConnections) {

    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ':' + port + '/' + database;
    }

    /** Without the passwords, so that it can be logged. */
    @Override
    public String toString() {
        return user + '@' + host + ':' + port + '/' + database;
    }
}
