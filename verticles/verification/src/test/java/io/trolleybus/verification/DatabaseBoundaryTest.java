package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each service has one database, which it alone enters; what is in its journal stays there as it is. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DatabaseBoundaryTest {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String INVALID_PASSWORD = "28P01";

    /** The driver's own: the server asks for a password and the client has none to give. */
    private static final String CONNECTION_REJECTED = "08004";

    private final Databases databases;

    DatabaseBoundaryTest(Platform platform) {
        databases = platform.databases();
    }

    @ParameterizedTest
    @MethodSource("services")
    void aServiceEntersItsOwnDatabase(String service) throws SQLException {
        try (Connection own = databases.asService(service)) {
            assertThat(answer(own, "SELECT current_database()")).isEqualTo(Databases.nameOf(service));
            assertThat(answer(own, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
        }
    }

    @ParameterizedTest
    @MethodSource("servicesAndOthers")
    void aServiceIsRefusedOnAnothersDatabase(String service, String other) {
        String role = Databases.nameOf(service);

        assertRefused(other, role, databases.passwordOf(role), INSUFFICIENT_PRIVILEGE);
    }

    @ParameterizedTest
    @MethodSource("roles")
    void nobodyEntersAnyDatabaseWithAWrongPassword(String role) {
        assertThat(services()).allSatisfy(service -> assertRefused(service, role, "wrong", INVALID_PASSWORD));
    }

    @ParameterizedTest
    @MethodSource("roles")
    void nobodyEntersAnyDatabaseWithoutAPassword(String role) {
        assertThat(services()).allSatisfy(service -> assertRefused(service, role, "", CONNECTION_REJECTED));
    }

    @ParameterizedTest
    @MethodSource("servicesAndTampering")
    void theRunTimeRoleCannotChangeWhatTheJournalHolds(String service, String tampering) throws SQLException {
        try (Connection own = databases.asService(service);
                Statement statement = own.createStatement()) {
            assertThat(answer(own, "SELECT has_table_privilege('journal', 'SELECT, INSERT')"))
                    .as("may read and append")
                    .isEqualTo("t");
            assertThatThrownBy(() -> statement.execute(tampering))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
        }
    }

    @ParameterizedTest
    @MethodSource("servicesAndDurability")
    void aCommitInAnyDatabaseReachesTheDisk(String service, String setting) throws SQLException {
        try (Connection own = databases.asService(service)) {
            assertThat(answer(own, "SHOW " + setting)).isEqualTo("on");
        }
    }

    static Stream<String> services() {
        return Databases.SERVICES.stream();
    }

    static Stream<Arguments> servicesAndOthers() {
        return services()
                .flatMap(service ->
                        services().filter(other -> !other.equals(service)).map(other -> Arguments.of(service, other)));
    }

    static Stream<String> roles() {
        return Stream.concat(
                Stream.of(Databases.SUPERUSER),
                services().map(Databases::nameOf).flatMap(role -> Stream.of(role, role + "_owner")));
    }

    /** Conditions that hold for no row: a role that had the privilege would do no harm and fail the test. */
    static Stream<Arguments> servicesAndTampering() {
        return services().flatMap(service -> Stream.of(
                        "UPDATE journal SET position = position WHERE false",
                        "DELETE FROM journal WHERE false",
                        "TRUNCATE journal",
                        "ALTER TABLE journal ADD COLUMN mine int",
                        "DROP TABLE journal")
                .map(tampering -> Arguments.of(service, tampering)));
    }

    static Stream<Arguments> servicesAndDurability() {
        return services().flatMap(service -> Stream.of("fsync", "synchronous_commit", "full_page_writes")
                .map(setting -> Arguments.of(service, setting)));
    }

    private void assertRefused(String service, String role, String password, String sqlState) {
        assertThatThrownBy(() -> databases.connect(Databases.nameOf(service), role, password))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
    }

    private static String answer(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
