package io.trolleybus.testkit;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.Migrations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A service's own fresh database, migrated, with its two roles: {@code <service>_owner} migrates, {@code <service>}
 * runs. Also the superuser's view of it, for assertions and for mischief.
 *
 * <p>Databases with the same migrations are cloned from one template, which takes a fraction of migrating. Thread-safe.
 */
public final class TestDatabase {
    private static final int MAX_CONNECTIONS = 4;
    private static final Set<String> ROLES = new HashSet<>();
    private static final Map<String, String> TEMPLATES = new HashMap<>();
    private static int created;

    private final DatabaseSettings settings;

    private TestDatabase(DatabaseSettings settings) {
        this.settings = settings;
    }

    /**
     * @param service names the roles
     * @param migrations classpath folders, as {@link io.trolleybus.chassis.ServiceModule#migrations}
     */
    public static synchronized TestDatabase create(String service, List<String> migrations) {
        createRoles(service);
        String template = TEMPLATES.computeIfAbsent(service + migrations, key -> createTemplate(service, migrations));
        return new TestDatabase(createDatabase(service, template));
    }

    private static void createRoles(String service) {
        if (ROLES.add(service)) {
            for (String role : List.of(service, owner(service))) {
                execute("postgres", "create role %s login password '%s'".formatted(quoted(role), password(role)));
            }
        }
    }

    private static String createTemplate(String service, List<String> migrations) {
        DatabaseSettings template = createDatabase(service, "template1");
        Futures.await(Migrations.run(template, migrations));
        return template.database();
    }

    /** Grants of a database itself are not cloned with it, so they are made anew each time, as in production. */
    private static DatabaseSettings createDatabase(String service, String template) {
        String database = service + '_' + ++created;
        execute(
                "postgres",
                "create database %s owner %s template %s"
                        .formatted(quoted(database), quoted(owner(service)), quoted(template)));
        execute("postgres", "revoke all on database %s from public".formatted(quoted(database)));
        execute("postgres", "grant connect on database %s to %s".formatted(quoted(database), quoted(service)));
        return new DatabaseSettings(
                TestPostgres.HOST,
                TestPostgres.instance().port(),
                database,
                service,
                password(service),
                new DatabaseSettings.Role(owner(service), password(owner(service))),
                MAX_CONNECTIONS);
    }

    private static String owner(String service) {
        return service + "_owner";
    }

    private static String password(String role) {
        return "password of " + role;
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** How the service reaches it. */
    public DatabaseSettings settings() {
        return settings;
    }

    /** A connection as superuser. @throws SQLException if the server refuses it */
    public Connection connect() throws SQLException {
        return TestPostgres.instance().connect(settings.database());
    }

    /** Runs a statement as superuser. @return how many rows it changed */
    public int execute(String sql, Object... parameters) {
        return execute(settings.database(), sql, parameters);
    }

    /** The first column of the only row, as superuser. */
    public Object value(String sql, Object... parameters) {
        List<List<Object>> rows = rows(sql, parameters);
        if (rows.size() != 1) {
            throw new AssertionError(rows.size() + " rows instead of one: " + sql);
        }
        return rows.get(0).get(0);
    }

    /** A number, as superuser. */
    public long number(String sql, Object... parameters) {
        return ((Number) value(sql, parameters)).longValue();
    }

    /** All rows, as superuser; each a list of its columns. */
    public List<List<Object>> rows(String sql, Object... parameters) {
        try (Connection connection = connect();
                PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet found = statement.executeQuery()) {
            int columns = found.getMetaData().getColumnCount();
            var rows = new ArrayList<List<Object>>();
            while (found.next()) {
                var row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(found.getObject(column));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** Ends the service's connections as an operator or a failover would. @return how many */
    public int cutConnections() {
        return rows(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = ? and usename = ?",
                        settings.database(),
                        settings.user())
                .size();
    }

    private static int execute(String database, String sql, Object... parameters) {
        try (Connection connection = TestPostgres.instance().connect(database);
                PreparedStatement statement = prepare(connection, sql, parameters)) {
            statement.execute();
            return Math.max(0, statement.getUpdateCount());
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
