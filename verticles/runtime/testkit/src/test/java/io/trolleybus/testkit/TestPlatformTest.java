package io.trolleybus.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.DatabaseSettings;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TestPlatformTest {
    private static final List<String> MIGRATIONS = List.of("io/trolleybus/testkit/migrations");
    private static final String ADD = "notes.add";

    record AddNote(String text) {}

    record Added(String text) {}

    private TestPlatform platform;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Future<?> notes(ServiceContext context) {
        context.endpoints().serve(ADD, AddNote.class, (call, add) -> context.database()
                .transaction(tx ->
                        tx.preparedQuery("insert into note (text) values ($1)").execute(Tuple.of(add.text())))
                .map(Reply.done(new Added(add.text()))));
        return Future.succeededFuture();
    }

    private Reply<Added> add(String text) {
        return platform.call(ADD, Principal.ANONYMOUS, new AddNote(text), Added.class);
    }

    @Test
    void aServiceAnswersFromItsOwnDatabaseAlsoAfterARestart() {
        TestService notes = platform.deploy("notes", MIGRATIONS, TestPlatformTest::notes);

        assertThat(add("first")).isEqualTo(Reply.done(new Added("first")));
        notes.restart();
        assertThat(add("second")).isEqualTo(Reply.done(new Added("second")));

        assertThat(notes.database().rows("select text from note order by text"))
                .containsExactly(List.of("first"), List.of("second"));
    }

    @Test
    void aStoppedServiceIsMissing() {
        TestService notes = platform.deploy("notes", MIGRATIONS, TestPlatformTest::notes);
        notes.stop();

        Throwable failure = Futures.awaitFailure(
                platform.send(ADD, platform.newCall(Principal.ANONYMOUS), new AddNote("lost"), Added.class));

        assertThat(failure).hasMessage("nobody answers " + ADD);
    }

    @Test
    void twoInstancesShareADatabase() {
        Service service = TestPlatformTest::notes;
        var module = TestPlatform.module("notes", MIGRATIONS, () -> service);
        TestService one = platform.deploy(module);
        platform.deployBeside(2, module, one.database());

        add("first");
        add("second");

        assertThat(one.database().number("select count(*) from note")).isEqualTo(2);
        assertThat(platform.node().directory().instances()).hasSize(2);
    }

    @Test
    void eachDatabaseIsFreshAndClosedToOtherServices() {
        DatabaseSettings notes = TestDatabase.create("notes", MIGRATIONS).settings();
        DatabaseSettings others = TestDatabase.create("others", MIGRATIONS).settings();

        assertThatThrownBy(() -> connect(notes.database(), others.user(), others.password()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied for database");
        assertThatThrownBy(() -> connect(notes.database(), notes.user(), "a wrong one"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    private static void connect(String database, String user, String password) throws SQLException {
        int port = TestPostgres.instance().port();
        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + '/' + database, user, password)
                .close();
    }

    @Test
    void aServiceSurvivesThatItsConnectionsAreCut() {
        TestService notes = platform.deploy("notes", MIGRATIONS, TestPlatformTest::notes);
        add("before");

        assertThat(notes.database().cutConnections()).isPositive();

        await().untilAsserted(() -> assertThat(add("after")).isEqualTo(Reply.done(new Added("after"))));
    }

    @Test
    void commitsAreSynchronous() {
        TestDatabase database = TestDatabase.create("notes", MIGRATIONS);

        assertThat(database.value("show synchronous_commit")).isEqualTo("on");
    }

    @Test
    void aSampledCallLeavesSpans() {
        platform.deploy("notes", MIGRATIONS, TestPlatformTest::notes);
        Trace trace = Trace.root(new Random(1), true);

        Futures.await(
                platform.send(ADD, platform.newCall(Principal.ANONYMOUS, trace), new AddNote("seen"), Added.class));

        assertThat(platform.spans()).hasSize(2).allSatisfy(span -> assertThat(span.getTraceId())
                .isEqualTo(trace.traceId()));
    }
}
