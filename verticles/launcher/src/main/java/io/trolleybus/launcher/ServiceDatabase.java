package io.trolleybus.launcher;

/**
 * One service's database and its two roles.
 *
 * @param ownerUser migrates; owns the tables
 * @param user the run-time role; may do what migrations granted it
 */
public record ServiceDatabase(
        String host, int port, String database, String ownerUser, String ownerPassword, String user, String password) {
    /** Without the passwords, so that it can be logged. */
    @Override
    public String toString() {
        return user + '@' + host + ':' + port + '/' + database;
    }
}
