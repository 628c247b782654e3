package io.trolleybus.saga;

import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SagaLeaseTest {
    private TestPlatform platform;
    private TestService service;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        service = platform.deploy("trips", Trips.MIGRATIONS, context -> Future.succeededFuture());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    /** A process with its lease, which notes what it is told. */
    private final class Owner implements SagaLease.Holder {
        final List<String> told = Collections.synchronizedList(new ArrayList<>());
        private final SagaLease lease;
        private Trips trips;

        Owner(String name, Integer... known) {
            lease = await(service.onLoop(context -> {
                trips = new Trips(context.database(), Set.of(known));
                return Future.succeededFuture(new SagaLease(context.vertx(), context.database(), name, this));
            }));
        }

        Owner started() {
            await(service.onLoop(context -> lease.start()));
            return this;
        }

        void stop() {
            await(service.onLoop(context -> lease.stop()));
        }

        boolean holds() {
            return await(service.onLoop(context -> context.database().transaction(lease::hold)));
        }

        /** Holds the lease in a transaction that stays open until the promise is completed. */
        Future<Boolean> holdUntil(Promise<Void> end, Promise<Void> holding) {
            return service.onLoop(context -> context.database()
                    .transaction(tx -> lease.hold(tx).compose(held -> {
                        holding.complete();
                        return end.future().map(held);
                    })));
        }

        @Override
        public void acquired() {
            told.add("acquired");
        }

        @Override
        public void adopted(Set<UUID> sagas) {
            told.add("adopted " + sagas);
        }

        @Override
        public Future<Set<UUID>> adopt(SqlConnection tx, String from, String to) {
            return trips.adopt(tx, from, to);
        }
    }

    private UUID givenTrip(String owner, int version) {
        UUID trip = UUID.randomUUID();
        database().execute("insert into trip (id, owner, version, state) values (?, ?, ?, '{}')", trip, owner, version);
        return trip;
    }

    private Object ownerOf(UUID trip) {
        return database().value("select owner from trip where id = ?", trip);
    }

    private TestDatabase database() {
        return service.database();
    }

    private long epoch(String owner) {
        return database().number("select epoch from saga_lease where owner = ?", owner);
    }

    private List<List<Object>> owners() {
        return database().rows("select owner from saga_lease order by owner");
    }

    @Test
    void aProcessThatStartsHoldsItsLeaseForTenSeconds() {
        var a = new Owner("a").started();

        assertThat(a.holds()).isTrue();
        assertThat(a.told).containsExactly("acquired");
        assertThat(database().number("select extract(epoch from expires_at - now()) * 1000 from saga_lease"))
                .isBetween(5_000L, 10_000L);
    }

    @Test
    void aLeaseIsRenewedWhileItsProcessLives() {
        var a = new Owner("a").started();
        database().execute("update saga_lease set expires_at = now() + interval '1 second'");

        await().until(() ->
                database().number("select count(*) from saga_lease where expires_at > now() + interval '5 s'") == 1);
        assertThat(a.told).containsExactly("acquired");
    }

    @Test
    void aProcessThatRestartsUnderItsNameTakesItsLeaseAtOnce() {
        var before = new Owner("a").started();
        long first = epoch("a");

        var after = new Owner("a").started();

        assertThat(epoch("a")).isGreaterThan(first);
        assertThat(after.holds()).isTrue();
        assertThat(before.holds()).isFalse();
    }

    @Test
    void anExpiredLeaseAndItsSagasGoToAnotherProcess() {
        var dead = new Owner("dead", 1).started();
        dead.stop();
        UUID trip = givenTrip("dead", 1);

        var heir = new Owner("heir", 1).started();

        await().until(() -> heir.told.equals(List.of("acquired", "adopted [" + trip + "]")));
        assertThat(owners()).containsExactly(List.of("heir"));
        assertThat(ownerOf(trip)).isEqualTo("heir");
        assertThat(dead.holds()).isFalse();
    }

    @Test
    void oneOfSeveralHeirsTakesOver() {
        new Owner("dead", 1).started().stop();
        UUID trip = givenTrip("dead", 1);
        var heirs = List.of(new Owner("b", 1).started(), new Owner("c", 1).started());

        await().until(() -> owners().equals(List.of(List.of("b"), List.of("c"))));

        await().until(() -> heirs.stream().anyMatch(heir -> heir.told.contains("adopted [" + trip + "]")));
        assertThat(heirs.stream().filter(heir -> heir.told.contains("adopted [" + trip + "]")))
                .hasSize(1);
    }

    @Test
    void sagasOfAVersionThatTheHeirDoesNotKnowWaitForAProcessThatDoes() {
        new Owner("dead", 1, 2).started().stop();
        UUID older = givenTrip("dead", 1);
        UUID newer = givenTrip("dead", 2);

        var oldHeir = new Owner("old", 1).started();
        await().until(() -> oldHeir.told.contains("adopted [" + older + "]"));
        assertThat(ownerOf(older)).isEqualTo("old");
        assertThat(ownerOf(newer)).isEqualTo(SagaStore.NOBODY);

        var newHeir = new Owner("new", 1, 2).started();
        await().until(() -> newHeir.told.contains("adopted [" + newer + "]"));
        assertThat(ownerOf(older)).isEqualTo("old");
        assertThat(ownerOf(newer)).isEqualTo("new");
        assertThat(oldHeir.told).hasSize(2);
    }

    @Test
    void aProcessThatComesBackWithAnOlderProgramGivesUpTheSagasItNoLongerKnows() {
        UUID older = givenTrip("a", 1);
        UUID newer = givenTrip("a", 2);

        var rolledBack = new Owner("a", 1).started();
        assertThat(ownerOf(older)).isEqualTo("a");
        assertThat(ownerOf(newer)).isEqualTo(SagaStore.NOBODY);

        var other = new Owner("b", 1, 2).started();
        await().until(() -> other.told.contains("adopted [" + newer + "]"));
        assertThat(ownerOf(older)).isEqualTo("a");
        assertThat(rolledBack.holds()).isTrue();
    }

    @Test
    void aTakeOverLeavesATransactionAloneThatHoldsTheLease() {
        var slow = new Owner("slow").started();
        Promise<Void> end = Promise.promise();
        Promise<Void> holding = Promise.promise();
        Future<Boolean> writing = slow.holdUntil(end, holding);
        await(holding.future());

        // The superuser looks with the eyes of an heir.
        assertThat(database().rows("select owner from saga_lease for update skip locked"))
                .isEmpty();

        end.complete();
        assertThat(await(writing)).isTrue();
        assertThat(database().rows("select owner from saga_lease for update skip locked"))
                .hasSize(1);
    }

    @Test
    void aTransactionThatHoldsTheLeaseKeepsNobodyFromRenewingIt() {
        var busy = new Owner("busy").started();
        Promise<Void> end = Promise.promise();
        Promise<Void> holding = Promise.promise();
        Future<Boolean> writing = busy.holdUntil(end, holding);
        await(holding.future());

        // A renewal that would rather fail than wait.
        database().execute("""
                do $$ begin
                  set local lock_timeout = '100ms';
                  update saga_lease set expires_at = now() + interval '1 hour' where owner = 'busy';
                end $$""");

        end.complete();
        assertThat(await(writing)).isTrue();
    }

    @Test
    void aProcessThatRestartsUnderItsNameWaitsForWhatItsLastLifeIsWriting() {
        var before = new Owner("a").started();
        long first = epoch("a");
        Promise<Void> end = Promise.promise();
        Promise<Void> holding = Promise.promise();
        Future<Boolean> writing = before.holdUntil(end, holding);
        await(holding.future());
        var after = new Owner("a");
        Future<Void> starting = service.onLoop(context -> after.lease.start());

        await().until(() -> database()
                        .number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database()")
                == 1);
        assertThat(epoch("a")).isEqualTo(first);

        end.complete();
        assertThat(await(writing)).isTrue();
        await(starting);
        assertThat(epoch("a")).isGreaterThan(first);
    }

    @Test
    void aDeposedProcessHoldsNothingUntilItHasStartedAnewWithAnotherEpoch() {
        var a = new Owner("a").started();
        long first = epoch("a");
        database().execute("delete from saga_lease where owner = 'a'");

        assertThat(a.holds()).isFalse();

        await().until(a::holds);
        assertThat(epoch("a")).isGreaterThan(first);
        assertThat(a.told).containsExactly("acquired", "acquired");
    }

    @Test
    void aStoppedProcessLetsOthersTakeOverWithoutWaiting() {
        var a = new Owner("a").started();

        a.stop();

        assertThat(database().number("select count(*) from saga_lease where expires_at <= now()"))
                .isEqualTo(1);
    }
}
