package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;

/** Brings a service's database to the shape its code expects, before the service starts. */
public final class Migrations {
    private Migrations() {}

    /**
     * Runs in a worker thread, as the owner's role; does nothing if that is not known.
     *
     * @param locations classpath folders with {@code V<n>__<name>.sql}; {@code ${runtime}} in them is the run-time
     *     role, quoted
     */
    public static Future<Void> run(Vertx vertx, DatabaseSettings database, List<String> locations) {
        DatabaseSettings.Role owner = database.owner();
        if (owner == null) {
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(
                () -> {
                    Flyway.configure(Migrations.class.getClassLoader())
                            .dataSource(database.jdbcUrl(), owner.user(), owner.password())
                            .locations(locations.stream()
                                    .map(l -> "classpath:" + l)
                                    .toArray(String[]::new))
                            .placeholders(Map.of("runtime", quoted(database.user())))
                            // Journal, saga and service number theirs apart, each from its own hundred.
                            .outOfOrder(true)
                            // A newer release may have been here: what it added, in whatever hundred, does not keep an
                            // older one from starting beside it or after it.
                            .ignoreMigrationPatterns("*:missing", "*:future")
                            .loggers("log4j2")
                            .load()
                            .migrate();
                    return null;
                },
                false);
    }

    /** A role may have the name of a key word, such as {@code user}. */
    private static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
