package io.trolleybus.chassis;

import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestWire;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlClient;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static final List<String> MIGRATIONS = List.of("io/trolleybus/testkit/migrations");

    private final Vertx vertx = Vertx.vertx();
    private TestDatabase real;
    private Database database;

    @BeforeEach
    void open() {
        real = TestDatabase.create("notes", MIGRATIONS);
        database = Database.open(vertx, real.settings());
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static Future<?> add(SqlClient client, String text) {
        return client.query("insert into note (text) values ('" + text + "')").execute();
    }

    private long notes() {
        return real.number("select count(*) from note");
    }

    private static void assertUnavailable(Throwable cause) {
        assertThat(Database.isUnavailable(cause))
                .as("is unavailable: %s", cause)
                .isTrue();
        assertThat(Database.wasRolledBack(cause))
                .as("was rolled back: %s", cause)
                .isFalse();
    }

    private static void assertRolledBack(Throwable cause) {
        assertThat(Database.wasRolledBack(cause))
                .as("was rolled back: %s", cause)
                .isTrue();
        assertThat(Database.isUnavailable(cause))
                .as("is unavailable: %s", cause)
                .isFalse();
    }

    @Test
    void aTransactionCommitsWhatItsWorkDid() {
        await(database.transaction(tx -> add(tx, "a").compose(added -> add(tx, "b"))));

        assertThat(notes()).isEqualTo(2);
    }

    @Test
    void workThatFailsIsUndone() {
        var refusal = new IllegalStateException("no");

        Throwable cause =
                awaitFailure(database.transaction(tx -> add(tx, "a").compose(added -> Future.failedFuture(refusal))));

        assertThat(cause).isSameAs(refusal);
        assertThat(notes()).isZero();
    }

    @Test
    void workThatThrowsGivesItsConnectionBack() {
        for (int i = 0; i < 2 * real.settings().maxConnections(); i++) {
            Throwable cause = awaitFailure(database.transaction(tx -> {
                throw new IllegalStateException("a bug");
            }));
            assertThat(cause).hasMessage("a bug");
        }

        await(database.transaction(tx -> add(tx, "still works")));
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void aViolatedConstraintMeansRolledBack() {
        await(database.transaction(tx -> add(tx, "a")));

        Throwable cause = awaitFailure(database.transaction(tx -> add(tx, "b").compose(added -> add(tx, "a"))));

        assertThat(((PgException) cause).getSqlState()).isEqualTo("23505");
        assertRolledBack(cause);
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void aStatementAfterAFailedOneIsRolledBackToo() {
        await(database.transaction(tx -> add(tx, "a")));

        Throwable cause = awaitFailure(database.transaction(tx -> {
            Future<?> failing = add(tx, "a");
            Future<?> following = add(tx, "b");
            return following.eventually(() -> failing.otherwiseEmpty());
        }));

        assertRolledBack(cause);
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void aCommitOfAnAbortedTransactionIsKnownToBeUndone() {
        await(database.transaction(tx -> add(tx, "a")));

        Throwable cause = awaitFailure(database.transaction(tx -> add(tx, "a").otherwiseEmpty()));

        assertRolledBack(cause);
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void aConnectionCutInTheMiddleOfATransactionIsUnavailable() {
        Throwable cause = awaitFailure(database.transaction(tx -> add(tx, "a").compose(added -> {
            real.cutConnections();
            return add(tx, "b");
        })));

        assertUnavailable(cause);
        assertThat(notes()).isZero();
        await().untilAsserted(() -> await(database.transaction(tx -> add(tx, "c"))));
    }

    @Test
    void aConnectionCutDuringAQueryIsUnavailable() {
        Future<?> query = database.reads().query("select pg_sleep(5)").execute();
        await().until(() -> real.number(
                        "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'")
                == 1);

        real.cutConnections();

        assertUnavailable(awaitFailure(query));
        await().untilAsserted(() -> await(database.ping()));
    }

    @Test
    void aConnectionCutDuringACommitIsUnavailable() {
        // A deferred trigger keeps the COMMIT itself busy until the connection is cut.
        real.execute("create function linger() returns trigger language plpgsql as "
                + "$$ begin perform pg_sleep(5); return new; end $$");
        real.execute("create constraint trigger linger after insert on note deferrable initially deferred "
                + "for each row execute function linger()");
        Future<?> committing = database.transaction(tx -> add(tx, "a"));
        await().until(() ->
                real.number("select count(*) from pg_stat_activity where query ilike 'commit%' and state = 'active'")
                        == 1);

        real.cutConnections();

        assertUnavailable(awaitFailure(committing));
    }

    @Test
    void aConnectionThatTheNetworkCutIsUnavailable() {
        try (TestWire wire = TestWire.to(real.settings().port())) {
            Database wired = Database.open(vertx, wire.reroute(real.settings()));
            Throwable cause = awaitFailure(wired.transaction(tx -> add(tx, "a").compose(added -> {
                wire.cut();
                return add(tx, "b");
            })));

            assertUnavailable(cause);
            await(wired.ping());
        }
    }

    @Test
    void aServerThatFallsSilentIsGivenUpAndComesBack() {
        try (TestWire wire = TestWire.to(real.settings().port())) {
            Database wired = Database.open(vertx, wire.reroute(real.settings()));
            await(wired.transaction(tx -> add(tx, "before")));
            await(wired.ping());
            wire.freeze();
            var waiting = new ArrayList<Future<?>>();
            for (int i = 0; i < real.settings().maxConnections(); i++) {
                String text = "frozen " + i;
                waiting.add(wired.transaction(tx -> add(tx, text)));
            }
            waiting.add(wired.ping());

            waiting.forEach(each -> assertUnavailable(awaitFailure(each)));

            wire.thaw();
            await().atMost(10, TimeUnit.SECONDS)
                    .until(() -> succeeds(wired.transaction(tx -> add(tx, "after " + System.nanoTime()))));
            await(wired.ping());
        }
    }

    private static boolean succeeds(Future<?> future) {
        try {
            await(future);
            return true;
        } catch (AssertionError failed) {
            return false;
        }
    }

    @Test
    void aRefusedConnectionIsUnavailable() throws Exception {
        int closedPort;
        try (var socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        DatabaseSettings up = real.settings();
        var down = new DatabaseSettings(up.host(), closedPort, up.database(), up.user(), up.password(), up.owner(), 1);

        Throwable cause = awaitFailure(Database.open(vertx, down).transaction(tx -> add(tx, "a")));

        assertThat(cause).isInstanceOf(ConnectException.class);
        assertUnavailable(cause);
    }

    @Test
    void waitingTooLongForAConnectionIsUnavailable() {
        Promise<Void> release = Promise.promise();
        var holding = new ArrayList<Future<?>>();
        for (int i = 0; i < real.settings().maxConnections(); i++) {
            holding.add(
                    database.transaction(tx -> add(tx, "holds").otherwiseEmpty().compose(any -> release.future())));
        }

        Throwable cause = awaitFailure(database.transaction(tx -> add(tx, "late")));

        assertUnavailable(cause);
        release.complete();
        await(Future.join(holding).otherwiseEmpty());
        await(database.transaction(tx -> add(tx, "in time")));
    }

    @Test
    void aFullQueueForConnectionsIsUnavailableAtOnce() {
        Promise<Void> release = Promise.promise();
        var waiting = new ArrayList<Future<?>>();
        for (int i = 0; i < 600; i++) {
            waiting.add(database.transaction(tx -> release.future()));
        }

        Throwable cause = awaitFailure(waiting.get(599));

        assertUnavailable(cause);
        release.complete();
        await(Future.join(waiting).otherwiseEmpty());
        await().untilAsserted(() -> await(database.ping()));
    }

    @Test
    void aStatementOverItsLimitIsUnavailable() {
        Throwable cause = awaitFailure(database.transaction(tx -> tx.query("set local statement_timeout = 50")
                .execute()
                .compose(set -> tx.query("select pg_sleep(5)").execute())));

        assertThat(((PgException) cause).getSqlState()).isEqualTo("57014");
        assertUnavailable(cause);
    }

    @Test
    void aLockOverItsLimitIsUnavailable() {
        Throwable cause = awaitFailure(database.transaction(holder -> add(holder, "a")
                .compose(held -> database.transaction(
                        tx -> tx.query("set local lock_timeout = 50").execute().compose(set -> add(tx, "a"))))));

        assertThat(((PgException) cause).getSqlState()).isEqualTo("55P03");
        assertUnavailable(cause);
    }

    @Test
    void everyWaitOfTheServerHasALimit() {
        for (String limit : List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")) {
            var rows = await(database.reads().query("show " + limit).execute());

            assertThat(rows.iterator().next().getString(0)).as(limit).matches("[1-9]s");
        }
    }

    @Test
    void anExpiredFutureIsUnavailable() {
        Throwable cause =
                awaitFailure(TimeLimit.within(1, vertx, Promise.promise().future()));

        assertThat(cause).isInstanceOf(TimeoutException.class);
        assertUnavailable(cause);
    }
}
