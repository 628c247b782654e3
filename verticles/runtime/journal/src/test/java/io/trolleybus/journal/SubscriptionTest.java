package io.trolleybus.journal;

import static io.trolleybus.journal.Ledger.append;
import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.ServiceModule;
import io.trolleybus.journal.Ledger.Closed;
import io.trolleybus.journal.Ledger.Event;
import io.trolleybus.journal.Ledger.Moved;
import io.trolleybus.journal.Ledger.Opened;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long LINGER_MS = 200;

    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final AtomicInteger pages = new AtomicInteger();
    private TestPlatform platform;
    private Ledger ledger;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        ledger = Ledger.deploy(platform);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    /** Writes down each entry it is given, twice if it is given twice. */
    private final class Applied implements Subscription.Projection {
        final AtomicInteger applied = new AtomicInteger();
        final AtomicInteger moved = new AtomicInteger();

        @Override
        public void moved() {
            moved.incrementAndGet();
        }

        @Override
        public Future<?> apply(SqlConnection tx, List<Entry> entries) {
            pages.incrementAndGet();
            applied.incrementAndGet();
            List<Tuple> rows = entries.stream()
                    .map(entry -> Tuple.of(entry.position(), entry.type()))
                    .toList();
            Future<?> written = tx.preparedQuery("insert into applied (position, type) values ($1, $2)")
                    .executeBatch(rows);
            return failuresLeft.getAndDecrement() > 0
                    ? written.compose(done -> Future.failedFuture(new IllegalStateException("fails after writing")))
                    : written;
        }

        @Override
        public Future<?> clear(SqlConnection tx) {
            return tx.query("delete from applied").execute();
        }
    }

    private final class Reader implements Service {
        private final Set<String> types;
        private final long lingerMs;
        private final Applied projection = new Applied();
        private Subscription subscription;

        Reader(Set<String> types, long lingerMs) {
            this.types = types;
            this.lingerMs = lingerMs;
        }

        @Override
        public Future<?> start(ServiceContext context) {
            subscription = new Subscription(context, "ledger", "ledger", types, lingerMs, projection);
            return subscription.start();
        }

        @Override
        public Future<?> stop() {
            return subscription.stop();
        }
    }

    private ServiceModule reader(String... types) {
        return TestPlatform.module("reader", Ledger.MIGRATIONS, () -> new Reader(Set.of(types), 0));
    }

    private TestService deployElsewhere(Reader reader, TestService besides) {
        var module = TestPlatform.module("reader", Ledger.MIGRATIONS, () -> reader);
        return platform.deployElsewhere("another-node", module, besides.database());
    }

    private TestService deployBeside(Reader reader, TestService first) {
        var module = TestPlatform.module("reader", Ledger.MIGRATIONS, () -> reader);
        return platform.deployBeside(2, module, first.database());
    }

    /** Commits one event to a stream of its own. */
    private Appended happen(Event event, boolean nudge) {
        Appended appended = ledger.commit(append(UUID.randomUUID(), 0, event));
        if (nudge) {
            ledger.journal().nudge(appended);
        }
        return appended;
    }

    private void happen(int times) {
        IntStream.range(0, times).forEach(i -> happen(new Moved(i), true));
    }

    private List<List<Object>> happened() {
        return ledger.database().rows("select position from journal order by position");
    }

    private static List<List<Object>> applied(TestService reader) {
        return reader.database().rows("select position from applied order by ordinal");
    }

    private void awaitAllApplied(TestService reader) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(applied(reader)).isEqualTo(happened()));
    }

    @Test
    void whatHappenedBeforeAndAfterIsAppliedInItsOrder() {
        happen(3);
        TestService reader = platform.deploy(reader());
        happen(3);

        awaitAllApplied(reader);
    }

    @Test
    void whatHappensUnderWayIsGatheredIntoFewPages() {
        TestService reader = platform.deploy(
                TestPlatform.module("reader", Ledger.MIGRATIONS, () -> new Reader(Set.of(), LINGER_MS)));
        long startedNs = System.nanoTime();

        happen(200);
        awaitAllApplied(reader);

        long periods = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs) / LINGER_MS;
        // One page a period, one before the first, and those of the look that comes each second without a nudge.
        assertThat(pages.get()).isLessThanOrEqualTo((int) (periods + periods * LINGER_MS / 1_000 + 2));
    }

    @Test
    void aLostNudgeIsMadeUpForByLookingAgain() {
        TestService reader = platform.deploy(reader());
        happen(1);
        awaitAllApplied(reader);

        happen(new Closed(), false);

        awaitAllApplied(reader);
    }

    @Test
    void onlyTheTypesWantedAreAppliedAndTheRestIsPassedOver() {
        TestService reader = platform.deploy(reader("Opened"));
        happen(new Moved(1), true);
        happen(new Opened("Ann"), true);
        long head = happen(new Closed(), true).position();

        await().atMost(PATIENCE)
                .until(() ->
                        reader.database().number("select position from subscription where name = 'ledger'") == head);
        assertThat(reader.database().rows("select type from applied")).containsExactly(List.of("Opened"));
    }

    @Test
    void aPageThatFailsIsUndoneAndAppliedLater() {
        failuresLeft.set(2);
        TestService reader = platform.deploy(reader());
        happen(3);

        awaitAllApplied(reader);
    }

    @Test
    void aReaderStartsWhileItsSourceIsAwayAndCatchesUp() {
        happen(2);
        ledger.service().stop();
        TestService reader = platform.deploy(reader());
        assertThat(applied(reader)).isEmpty();

        ledger.service().start();

        awaitAllApplied(reader);
    }

    @Test
    void aFeedLongerThanOnePageIsReadToItsEnd() {
        Event[] events = IntStream.range(0, 1_200).mapToObj(Moved::new).toArray(Event[]::new);
        ledger.commit(append(UUID.randomUUID(), 0, events));

        TestService reader = platform.deploy(reader());

        awaitAllApplied(reader);
    }

    @Test
    void whatIsRareInALongFeedIsFoundInOneGo() {
        ledger.commitMany((int) Feed.MAX_STRETCH * 3);
        happen(new Closed(), false);
        var reader = new Reader(Set.of("Closed"), 0);

        TestService service = platform.deploy(TestPlatform.module("reader", Ledger.MIGRATIONS, () -> reader));
        await(service.onLoop(context -> reader.subscription.catchUp()));

        assertThat(service.database().rows("select type from applied")).containsExactly(List.of("Closed"));
    }

    @Test
    void twoReadersOfOneNameApplyEveryEntryOnce() {
        TestService first = platform.deploy(reader());
        TestService second = platform.deploy(reader(), Map.of(), first.database());

        happen(100);

        awaitAllApplied(first);
        first.stop();
        happen(1);
        awaitAllApplied(second);
    }

    @Test
    void ofSeveralNodesOneReadsAndTheNextTakesOverWhenItStops() {
        oneReadsAndTheNextTakesOver(this::deployElsewhere);
    }

    @Test
    void ofSeveralInstancesOnOneNodeOneReadsAndTheNextTakesOverWhenItStops() {
        oneReadsAndTheNextTakesOver(this::deployBeside);
    }

    private void oneReadsAndTheNextTakesOver(BiFunction<Reader, TestService, TestService> deploy) {
        TestService first = platform.deploy(reader());
        happen(1);
        awaitAllApplied(first);
        var waiting = new Reader(Set.of(), 0);
        TestService second = deploy.apply(waiting, first);

        for (int i = 0; i < 20; i++) {
            happen(1);
            awaitAllApplied(first);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(waiting.projection.moved).hasPositiveValue());
        assertThat(waiting.projection.applied).hasValue(0);

        first.stop();
        happen(1);
        awaitAllApplied(second);
        assertThat(waiting.projection.applied).hasPositiveValue();
    }

    @Test
    void aReaderThatIsWaitedForReadsEvenWhileAnotherNodeDoes() {
        TestService first = platform.deploy(reader());
        happen(1);
        awaitAllApplied(first);
        var waiting = new Reader(Set.of(), 0);
        TestService second = deployElsewhere(waiting, first);

        for (int i = 0; i < 50; i++) {
            happen(1);
            await(second.onLoop(context -> waiting.subscription.catchUp()));
            assertThat(applied(second)).isEqualTo(happened());
        }
    }

    @Test
    void aRebuildClearsAndAppliesEverythingAgain() {
        var started = new Reader(Set.of(), 0);
        TestService reader = platform.deploy(TestPlatform.module("reader", Ledger.MIGRATIONS, () -> started));
        happen(5);
        awaitAllApplied(reader);
        reader.database().execute("delete from applied where ordinal % 2 = 0");

        await(reader.onLoop(context -> started.subscription.rebuild()));
        happen(1);

        awaitAllApplied(reader);
    }

    @Test
    void aReaderFollowsWhoeverSetsTheCheckpointBack() {
        TestService reader = platform.deploy(reader());
        happen(5);
        awaitAllApplied(reader);

        // As a rebuild does on a node that then dies.
        reader.database().execute("with cleared as (delete from applied) update subscription set position = 0");

        awaitAllApplied(reader);
    }

    @Test
    void aReaderThatStopsWhileItClaimsLeavesNoClaimBehind() throws SQLException {
        var stopping = new Reader(Set.of(), 0);
        TestService reader = platform.deploy(TestPlatform.module("reader", Ledger.MIGRATIONS, () -> stopping));
        happen(1);
        awaitAllApplied(reader);

        Future<Void> stopped;
        try (Connection other = reader.database().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table subscription in share mode");
            await().atMost(PATIENCE).until(() -> claimsWaiting(reader) > 0);
            stopped = reader.onLoop(context -> stopping.subscription.stop());
            other.rollback();
        }

        await(stopped);
        assertThat(reader.database().number("select count(*) from subscription where read_until is not null"))
                .isZero();
    }

    private static long claimsWaiting(TestService reader) {
        return reader.database().number("""
                        select count(*) from pg_stat_activity
                        where wait_event_type = 'Lock' and query like '%update subscription set reader%'
                        """);
    }

    @Test
    void everyEntryIsAppliedOnceWhateverStopsOnTheWay() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        TestService reader = platform.deploy(reader());
        for (int step = 0; step < 60; step++) {
            happen(new Moved(step), random.nextInt(4) > 0);
            switch (random.nextInt(10)) {
                case 0 -> reader.restart();
                case 1 -> reader.database().cutConnections();
                case 2 -> ledger.service().restart();
                case 3 -> failuresLeft.set(1);
                default -> {}
            }
        }

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(applied(reader)).as("seed %d", seed).isEqualTo(happened()));
    }
}
