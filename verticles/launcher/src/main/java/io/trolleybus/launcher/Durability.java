package io.trolleybus.launcher;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Refuses a server that would acknowledge a commit before it is on disk. */
final class Durability {
    private static final List<String> MUST_BE_ON = List.of("fsync", "synchronous_commit", "full_page_writes");

    private static final String DATABASES = "SELECT datname FROM pg_database WHERE datallowconn ORDER BY datname";

    /** A role may carry its own setting, which SHOW does not see under another role. */
    private static final String ROLE_OVERRIDES = """
            SELECT r.rolname, s.setting
            FROM pg_db_role_setting d
            JOIN pg_roles r ON r.oid = d.setrole
            CROSS JOIN LATERAL unnest(d.setconfig) AS s (setting)
            WHERE split_part(s.setting, '=', 1) = 'synchronous_commit' AND split_part(s.setting, '=', 2) <> 'on'
            """;

    private Durability() {}

    /**
     * @param concerns of the names of databases and roles, which are those that matter
     * @throws StartupFailure naming the setting and where it is off
     */
    static void require(PostgresServer postgres, Predicate<String> concerns) throws SQLException {
        for (String database : databases(postgres).stream().filter(concerns).toList()) {
            try (Connection connection = postgres.superuser(database)) {
                for (String setting : MUST_BE_ON) {
                    String value = show(connection, setting);
                    if (!value.equals("on")) {
                        throw new StartupFailure("PostgreSQL's " + setting + " is " + value + " in database " + database
                                + "; it must be on");
                    }
                }
            }
        }
        requireNoRoleOverrides(postgres, concerns);
    }

    private static void requireNoRoleOverrides(PostgresServer postgres, Predicate<String> concerns)
            throws SQLException {
        try (Connection connection = postgres.superuser();
                PreparedStatement statement = connection.prepareStatement(ROLE_OVERRIDES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                if (concerns.test(rows.getString(1))) {
                    throw new StartupFailure("PostgreSQL's role " + rows.getString(1) + " sets " + rows.getString(2)
                            + "; it must be on");
                }
            }
        }
    }

    private static List<String> databases(PostgresServer postgres) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = postgres.superuser();
                PreparedStatement statement = connection.prepareStatement(DATABASES);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** @param setting one of our own constants, since SHOW takes no parameter */
    static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }
}
