package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a server that one data directory runs and others use as somebody else's. */
final class ExternalPostgresTest {
    private static final String SERVICE = "user";
    private static final String DATABASE = "trolleybus_user";

    @TempDir
    static Path directory;

    private static DataDirectory host;
    private static LocalPostgres server;

    @BeforeAll
    static void start() {
        host = DataDirectory.open(directory.resolve("host"));
        server = LocalPostgres.start(
                host,
                new PostgresPort(PortOccupant.anyFreePort(), true),
                BuildInfo.read().postgresVersion(),
                line -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
        host.close();
    }

    private static ExternalPostgres configured(String url) {
        return Objects.requireNonNull(
                ExternalPostgres.from(Configuration.load(Map.of("postgres.url", url), Map.of(), null)));
    }

    private static ExternalPostgres external() {
        return configured("postgresql://postgres:" + host.secrets().get("postgres") + "@127.0.0.1:" + server.port()
                + "/postgres");
    }

    private static ServiceDatabase provisionFrom(String dataDirectory) {
        try (DataDirectory data = DataDirectory.open(directory.resolve(dataDirectory))) {
            return Objects.requireNonNull(new Provisioner(external(), data, line -> {})
                    .provision(List.of(SERVICE))
                    .get(SERVICE));
        }
    }

    private static Connection as(ServiceDatabase database, String name) throws SQLException {
        return PgConnections.open(database.port(), name, database.user(), database.password());
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aServiceGetsItsDatabaseThereAndWhatIsNotOursStaysOpen() throws Exception {
        ServiceDatabase made = provisionFrom("first");

        as(made, DATABASE).close();
        as(made, "postgres").close();
    }

    @Test
    void whoComesFromAnotherDataDirectoryGetsInWithItsOwnPasswords() throws Exception {
        provisionFrom("first");

        ServiceDatabase again = provisionFrom("second");

        as(again, DATABASE).close();
    }

    @Test
    void itIsRefusedIfOurDatabasesWouldLoseWhatIsCommittedButNotForOthers() throws Exception {
        provisionFrom("first");
        execute("CREATE DATABASE careless");
        execute("ALTER DATABASE careless SET synchronous_commit = off");
        Durability.require(external(), name -> name.startsWith(Provisioner.PREFIX));

        execute("ALTER DATABASE " + DATABASE + " SET synchronous_commit = off");
        try {
            assertThatThrownBy(() -> Durability.require(external(), name -> name.startsWith(Provisioner.PREFIX)))
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("synchronous_commit is off in database " + DATABASE);
        } finally {
            execute("ALTER DATABASE " + DATABASE + " RESET synchronous_commit");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "mysql://a:secret@host/b",
                "postgresql://host/secret",
                "postgresql://a:%zz@secret",
                "postgresql://a:b@host/c?sslpassword=secret"
            })
    void anImpossibleUrlIsToldByItsKeyAndNotRepeated(String url) {
        assertThatThrownBy(() -> configured(url))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("postgres.url")
                .hasMessageNotContaining("secret");
    }

    @Test
    void itsPasswordIsNotInWhatIsLogged() {
        assertThat(external()).asString().doesNotContain(host.secrets().get("postgres"));
    }
}
