package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** Brings a service's database to the shape its code expects, before the service starts. */
public final class Migrations {
    private Migrations() {}

    /**
     * Runs in a thread of its own, as the owner's role; does nothing if that is not known.
     *
     * @param locations classpath folders with {@code V<n>__<name>.sql}; {@code ${runtime}} in them is the run-time
     *     role, quoted
     */
    public static Future<Void> run(DatabaseSettings database, List<String> locations) {
        DatabaseSettings.Role owner = database.owner();
        if (owner == null) {
            return Future.succeededFuture();
        }
        Promise<Void> migrated = Promise.promise();
        var thread = new Thread(
                () -> {
                    try {
                        migrate(database, owner, locations);
                        migrated.complete();
                    } catch (Throwable failure) {
                        migrated.fail(failure);
                    }
                },
                "migrate-" + database.database());
        thread.setDaemon(true);
        thread.start();
        return migrated.future();
    }

    private static void migrate(DatabaseSettings database, DatabaseSettings.Role owner, List<String> locations) {
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database.jdbcUrl(), owner.user(), owner.password())
                .locations(locations.stream().map(l -> "classpath:" + l).toArray(String[]::new))
                .placeholders(Map.of("runtime", quoted(database.user())))
                // Journal, saga and service number theirs apart, each from its own hundred.
                .outOfOrder(true)
                // A newer release may have been here: what it added, in whatever hundred, does not keep an older one
                // from starting beside it or after it.
                .ignoreMigrationPatterns("*:missing", "*:future")
                .loggers("log4j2")
                .load()
                .migrate();
    }

    /** A role may have the name of a key word, such as {@code user}. */
    private static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
