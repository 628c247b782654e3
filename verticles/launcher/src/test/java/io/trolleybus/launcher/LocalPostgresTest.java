package io.trolleybus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalPostgresTest {
    private static final List<String> SERVICES = List.of("user", "inventory", "order", "payment");

    @TempDir
    static Path directory;

    private static DataDirectory data;

    private final List<String> progress = new ArrayList<>();
    private LocalPostgres postgres;

    @BeforeAll
    static void open() {
        data = DataDirectory.open(directory.resolve("data"));
    }

    /** The first test makes the files; the others take the server over, or start it if it was stopped. */
    @BeforeEach
    void startServer() {
        postgres = start(somePort());
        progress.clear();
    }

    @AfterAll
    static void stop() {
        LocalPostgres.stopLeftBehind(data, version());
        data.close();
    }

    @Test
    void aSecondStartKeepsTheDataAndSaysNothingIsCreated() throws Exception {
        execute("postgres", "CREATE TABLE kept_by_stop AS SELECT 42 AS answer");
        postgres.close();

        postgres = start(somePort());

        assertThat(query("postgres", "SELECT answer FROM kept_by_stop")).isEqualTo("42");
        assertThat(progress).singleElement().asString().startsWith("Starting PostgreSQL");
    }

    @Test
    void aServerThatOutlivedItsJvmIsTakenOverOnThePortItHas() throws Exception {
        long pid = postgres.pid();
        int port = postgres.port();

        // Nothing stopped the server: this is what a start finds after kill -9 of the process before it.
        postgres = start(new PostgresPort(PortOccupant.anyFreePort(), false));

        assertThat(postgres.pid()).isEqualTo(pid);
        assertThat(postgres.port()).isEqualTo(port);
        assertThat(progress).last().asString().contains("Taking over PostgreSQL");
    }

    @Test
    void aServerThatOutlivedItsJvmMovesToAPortThatWasChosen() throws Exception {
        PostgresPort chosen = new PostgresPort(PortOccupant.anyFreePort(), true);

        postgres = start(chosen);

        assertThat(postgres.port()).isEqualTo(chosen.number());
        assertThat(query("postgres", "SHOW port")).isEqualTo(Integer.toString(chosen.number()));
    }

    @Test
    void whatWasCommittedSurvivesKillOfTheServerItself() throws Exception {
        execute("postgres", "CREATE TABLE kept AS SELECT 42 AS answer");
        long pid = postgres.pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        await().until(() -> Postmaster.find(postmasterFolder()).isEmpty());

        postgres = start(somePort());

        assertThat(postgres.pid()).isNotEqualTo(pid);
        assertThat(query("postgres", "SELECT answer FROM kept")).isEqualTo("42");
    }

    @Test
    void aStrangerOnAChosenPortIsNamedAndNothingStarts() throws Exception {
        postgres.close();
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            PostgresPort chosen = new PostgresPort(stranger.getLocalPort(), true);

            assertThatThrownBy(() -> start(chosen))
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("port " + chosen.number() + " (postgres.port)")
                    .hasMessageContaining("not PostgreSQL")
                    .hasMessageNotContaining("\n");
        }
        assertThat(Postmaster.find(postmasterFolder())).isEmpty();
    }

    @Test
    void anotherPostgresOnOurPortIsNamedOrSteppedAsideFor() throws Exception {
        try (DataDirectory other = DataDirectory.open(directory.resolve("other"))) {
            DataDirectory.deleteTree(other.binaries());
            Files.createSymbolicLink(other.binaries(), data.binaries());
            PostgresPort taken = new PostgresPort(postgres.port(), true);

            assertThatThrownBy(() -> LocalPostgres.start(other, taken, version(), progress::add))
                    .isInstanceOf(StartupFailure.class)
                    .hasMessageContaining("another PostgreSQL server");

            PostgresPort preferred = new PostgresPort(postgres.port(), false);
            try (LocalPostgres beside = LocalPostgres.start(other, preferred, version(), progress::add)) {
                assertThat(beside.port()).isNotEqualTo(postgres.port());
            }
        }
    }

    @Test
    void aSettingThatLosesCommitsIsRefusedWhereverItHides() throws Exception {
        execute("postgres", "CREATE DATABASE careless");
        execute("postgres", "ALTER DATABASE careless SET synchronous_commit = off");
        assertThatThrownBy(() -> start(somePort()))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("synchronous_commit is off in database careless");
        execute("postgres", "DROP DATABASE careless");

        execute("postgres", "CREATE ROLE careless");
        execute("postgres", "ALTER ROLE careless SET synchronous_commit = off");
        assertThatThrownBy(() -> start(somePort())).hasMessageContaining("role careless");
        execute("postgres", "DROP ROLE careless");

        execute("postgres", "ALTER SYSTEM SET fsync = off");
        postgres.close();
        assertThatThrownBy(() -> start(somePort())).hasMessageContaining("fsync is off");

        // The refused server still runs, for its operator to repair.
        LocalPostgres.stopLeftBehind(data, version());
        Path override = data.postgres().resolve("data").resolve("postgresql.auto.conf");
        Files.writeString(override, "");
    }

    @Test
    void aServiceReachesItsOwnDatabaseAndNoOther() throws Exception {
        Map<String, ServiceDatabase> databases = provision();

        for (ServiceDatabase own : databases.values()) {
            connect(own.database(), own.user(), own.password()).close();
            connect(own.database(), own.ownerUser(), own.ownerPassword()).close();
            List<String> others = Stream.concat(
                            databases.values().stream().map(ServiceDatabase::database),
                            Stream.of("postgres", "template1"))
                    .filter(name -> !name.equals(own.database()))
                    .toList();
            for (String other : others) {
                assertRefused(other, own.user(), own.password(), "permission denied for database");
                assertRefused(other, own.ownerUser(), own.ownerPassword(), "permission denied for database");
            }
        }
    }

    @Test
    void aWrongOrMissingPasswordIsRefusedEverywhere() {
        List<String> roles = provision().values().stream()
                .flatMap(database -> Stream.of(database.user(), database.ownerUser()))
                .toList();

        for (String role : Stream.concat(roles.stream(), Stream.of("postgres")).toList()) {
            for (String database : List.of("postgres", "template1", "trolleybus_order")) {
                assertRefused(database, role, "wrong", "password authentication failed");
                assertRefused(database, role, "", "password");
            }
        }
    }

    @Test
    void theRunTimeRoleOwnsNothingAndCreatesNothing() throws Exception {
        ServiceDatabase order = provision().get("order");

        try (Connection runtime = connect(order.database(), order.user(), order.password());
                Statement statement = runtime.createStatement()) {
            assertThatThrownBy(() -> statement.execute("CREATE TABLE mine (id int)"))
                    .hasMessageContaining("permission denied for schema");
            assertThatThrownBy(() -> statement.execute("CREATE TEMP TABLE mine (id int)"))
                    .hasMessageContaining("permission denied");
        }
        try (Connection owner = connect(order.database(), order.ownerUser(), order.ownerPassword());
                Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE migrated (id int)");
        }
    }

    @Test
    void provisioningAgainChangesNothingAndFinishesWhatWasInterrupted() throws Exception {
        Map<String, ServiceDatabase> first = provision();
        progress.clear();
        assertThat(provision()).isEqualTo(first);
        assertThat(progress).isEmpty();

        execute("postgres", "COMMENT ON DATABASE trolleybus_order IS NULL");
        assertThat(provision()).isEqualTo(first);
        assertThat(progress).containsExactly("Creating the database of order");
    }

    @Test
    void secretsAreFilesOfTheirOwnerAlone() throws Exception {
        provision();

        try (Stream<Path> secrets = Files.list(data.root().resolve("secrets"))) {
            assertThat(secrets).hasSize(9).allSatisfy(secret -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.root())))
                .isEqualTo("rwx------");
    }

    private Map<String, ServiceDatabase> provision() {
        return new Provisioner(postgres, data, progress::add).provision(SERVICES);
    }

    private LocalPostgres start(PostgresPort port) {
        return LocalPostgres.start(data, port, version(), progress::add);
    }

    private static PostgresPort somePort() {
        return new PostgresPort(PortOccupant.anyFreePort(), false);
    }

    private static String version() {
        return BuildInfo.read().postgresVersion();
    }

    private Path postmasterFolder() {
        return data.postgres().resolve("data");
    }

    private void assertRefused(String database, String user, String password, String reason) {
        assertThatThrownBy(() -> connect(database, user, password).close())
                .as("%s on %s", user, database)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(reason);
    }

    private Connection connect(String database, String user, String password) throws SQLException {
        return PgConnections.open(postgres.port(), database, user, password);
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = postgres.superuser(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String query(String database, String sql) throws SQLException {
        try (Connection connection = postgres.superuser(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
