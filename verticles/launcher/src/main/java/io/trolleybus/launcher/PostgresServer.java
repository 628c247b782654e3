package io.trolleybus.launcher;

import java.sql.Connection;
import java.sql.SQLException;

/** A PostgreSQL server that lets us in as its superuser. All methods block. */
interface PostgresServer {
    String host();

    int port();

    /** Whether nobody else has databases on it, so that those it came with may be closed to everybody. */
    boolean isOursAlone();

    /** Connects to the database that every server has for such as us. */
    Connection superuser() throws SQLException;

    Connection superuser(String database) throws SQLException;
}
