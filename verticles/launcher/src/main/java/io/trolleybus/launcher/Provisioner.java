package io.trolleybus.launcher;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gives each service a database of its own and two roles that can reach no other.
 *
 * <p>Every step can be repeated; the last one notes in the database's comment that all are done, so a later start only
 * reads the comments. On a server that others share all steps are repeated, since the roles may have been given other
 * passwords from elsewhere, and what is not ours is left as it is. Blocks.
 */
public final class Provisioner {
    /** What every database and role of ours begins with. */
    static final String PREFIX = "trolleybus_";

    private static final String DONE = "trolleybus provisioning 1";

    private static final String PROVISIONED =
            "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = ?";
    private static final String DATABASE_EXISTS = "SELECT FROM pg_database WHERE datname = ?";
    private static final String ROLE_EXISTS = "SELECT FROM pg_roles WHERE rolname = ?";

    /** Statements are put together by the server's own quoting: DDL takes no parameters. */
    private static final String FORMAT_1 = "SELECT format(?, ?::text)";

    private static final String FORMAT_2 = "SELECT format(?, ?::text, ?::text)";

    private final PostgresServer postgres;
    private final Secrets secrets;
    private final Consumer<String> progress;

    Provisioner(PostgresServer postgres, DataDirectory data, Consumer<String> progress) {
        this.postgres = postgres;
        this.secrets = data.secrets();
        this.progress = progress;
    }

    /** The databases by service, in the order of the names. */
    public Map<String, ServiceDatabase> provision(List<String> services) {
        Map<String, ServiceDatabase> databases = new LinkedHashMap<>();
        try (Connection server = postgres.superuser()) {
            Set<String> provisioned = provisioned(server);
            for (String service : services) {
                ServiceDatabase database = describe(service);
                boolean isNew = !provisioned.contains(database.database());
                if (isNew) {
                    progress.accept("Creating the database of " + service);
                }
                if (isNew || !postgres.isOursAlone()) {
                    provision(server, database);
                }
                databases.put(service, database);
            }
            return databases;
        } catch (SQLException failure) {
            throw new StartupFailure("cannot create the services' databases: " + failure.getMessage(), failure);
        }
    }

    private ServiceDatabase describe(String service) {
        String name = PREFIX + service;
        String owner = name + "_owner";
        return new ServiceDatabase(
                postgres.host(), postgres.port(), name, owner, secrets.get(owner), name, secrets.get(name));
    }

    private static Set<String> provisioned(Connection server) throws SQLException {
        Set<String> names = new HashSet<>();
        try (PreparedStatement statement = server.prepareStatement(PROVISIONED)) {
            statement.setString(1, DONE);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    private void provision(Connection server, ServiceDatabase database) throws SQLException {
        String name = database.database();
        role(server, database.ownerUser(), database.ownerPassword());
        role(server, database.user(), database.password());
        if (!exists(server, DATABASE_EXISTS, name)) {
            run(server, "CREATE DATABASE %I OWNER %I", name, database.ownerUser());
        }
        run(server, "REVOKE ALL ON DATABASE %I FROM PUBLIC", name);
        run(server, "GRANT CONNECT ON DATABASE %I TO %I", name, database.user());
        if (postgres.isOursAlone()) {
            for (String shared : List.of("postgres", "template1", "template0")) {
                run(server, "REVOKE ALL ON DATABASE %I FROM PUBLIC", shared);
            }
        }
        try (Connection inside = postgres.superuser(name)) {
            run(inside, "REVOKE ALL ON SCHEMA %I FROM PUBLIC", "public");
            run(inside, "GRANT ALL ON SCHEMA %I TO %I", "public", database.ownerUser());
            run(inside, "GRANT USAGE ON SCHEMA %I TO %I", "public", database.user());
        }
        run(server, "COMMENT ON DATABASE %I IS %L", name, DONE);
    }

    private static void role(Connection server, String role, String password) throws SQLException {
        if (!exists(server, ROLE_EXISTS, role)) {
            run(server, "CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION", role);
        }
        run(server, "ALTER ROLE %I PASSWORD %L", role, password);
    }

    private static boolean exists(Connection server, String query, String name) throws SQLException {
        try (PreparedStatement statement = server.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void run(Connection connection, String template, String... names) throws SQLException {
        String formatted;
        try (PreparedStatement format = connection.prepareStatement(names.length == 1 ? FORMAT_1 : FORMAT_2)) {
            List<String> parameters = new ArrayList<>(List.of(template));
            parameters.addAll(List.of(names));
            for (int i = 0; i < parameters.size(); i++) {
                format.setString(i + 1, parameters.get(i));
            }
            try (ResultSet row = format.executeQuery()) {
                row.next();
                formatted = row.getString(1);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(formatted)) {
            statement.execute();
        }
    }
}
