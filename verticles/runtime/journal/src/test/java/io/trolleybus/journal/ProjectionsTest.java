package io.trolleybus.journal;

import static io.trolleybus.journal.Ledger.append;
import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.journal.Ledger.Moved;
import io.trolleybus.journal.Projections.Seen;
import io.trolleybus.model.Principal;
import io.trolleybus.model.ProjectionMessages.FindProjections;
import io.trolleybus.model.ProjectionMessages.ProjectionState;
import io.trolleybus.model.ProjectionMessages.ProjectionView;
import io.trolleybus.model.ProjectionMessages.RebuildProjection;
import io.trolleybus.model.Refusals;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProjectionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SEVERAL_CLAIMS = Duration.ofSeconds(3);
    private static final Duration FOUR_GATHERINGS = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Principal OPERATOR = Principal.user(UUID.randomUUID(), List.of(Principal.OPERATOR));
    private static final String NAME = "balances";
    private static final String DONE = "done";

    private static final Projection BALANCES =
            new Projection(NAME, Set.of("Moved"), Projection.Gather.of(500), List.of("""
            insert into balance (generation, stream, moved)
            select $1::int, stream, sum((data->>'by')::bigint) from journal
            where position > $2::bigint and position <= $3::bigint and type = 'Moved'
            group by stream
            on conflict (generation, stream) do update set moved = balance.moved + excluded.moved
            """), """
            delete from balance where ctid = any (array(
              select ctid from balance where generation < $1::int limit $2::int))
            """);

    private static final String TOTAL = """
            select f.position, f.head, (select coalesce(sum(moved), 0)::bigint from balance where generation = f.live)
            from %s f
            """.formatted(Projection.reading(NAME));

    private static final String EXPECTED = "select coalesce(sum((data->>'by')::bigint), 0) from journal";

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

    /** One instance that keeps the projection, beside the one that appends. */
    private static final class Keeper implements Service {
        private Projections projections;

        @Override
        public Future<?> start(ServiceContext context) {
            projections = new Projections(context, List.of(BALANCES));
            return projections.start();
        }

        @Override
        public Future<?> stop() {
            return projections.stop();
        }
    }

    private record Instance(TestService service, Keeper keeper) {
        /** What a reader sees, as soon as it may. */
        long total() {
            return await(service.onLoop(context -> keeper.projections.read(
                    NAME,
                    () -> context.database().reads().query(TOTAL).execute().map(rows -> {
                        Row row = rows.iterator().next();
                        return new Seen<>(row.getLong(2), row.getLong(0), row.getLong(1));
                    }))));
        }

        /** Completes with {@code done}, or why it was refused. */
        String rebuild(Call call, String name) {
            return await(service.onLoop(context -> keeper.projections.rebuild(call, new RebuildProjection(name))))
                    .fold(view -> DONE, refusal -> refusal.code() + refusal.facts());
        }

        ProjectionView view(Call call) {
            return await(service.onLoop(context -> keeper.projections.find(call, new FindProjections())))
                    .fold(list -> list.items().get(0), refusal -> {
                        throw new AssertionError(refusal);
                    });
        }
    }

    private String rebuild(Instance instance) {
        return instance.rebuild(platform.newCall(OPERATOR), NAME);
    }

    private ProjectionView view(Instance instance) {
        return instance.view(platform.newCall(OPERATOR));
    }

    private Instance deploy() {
        var keeper = new Keeper();
        var module = TestPlatform.module("ledger", Ledger.MIGRATIONS, () -> keeper);
        return new Instance(platform.deploy(module, Map.of(), ledger.database()), keeper);
    }

    private Instance deployElsewhere() {
        var keeper = new Keeper();
        var module = TestPlatform.module("ledger", Ledger.MIGRATIONS, () -> keeper);
        return new Instance(platform.deployElsewhere("another-node", module, ledger.database()), keeper);
    }

    /**
     * Whoever asks has it read at once; that must not add to what is read by itself, or it would be read all the time.
     */
    @Test
    void whatIsGatheredIsFoldedOnceHoweverOftenItWasAskedFor() {
        ledger.database().execute("create table folded (at timestamptz default clock_timestamp())");
        ledger.database().execute("""
                create function fold_seen() returns trigger language plpgsql security definer as
                $$ begin insert into folded default values; return null; end $$
                """);
        ledger.database().execute("""
                create trigger fold_seen after update on subscription
                for each row when (old.position <> new.position) execute function fold_seen()
                """);
        Instance instance = deploy();
        for (int asked = 0; asked < 20; asked++) {
            happenAndNudge();
            assertThat(instance.total()).isEqualTo(asked + 1);
        }
        long before = ledger.database().number("select count(*) from folded");
        Instant end = Instant.now().plus(FOUR_GATHERINGS);

        await().pollInterval(SOON).atMost(PATIENCE).until(() -> {
            happenAndNudge();
            return Instant.now().isAfter(end);
        });

        assertThat(ledger.database().number("select count(*) from folded") - before)
                .isBetween(2L, 6L);
    }

    @Test
    void theLongerFoldingTakesTheMoreIsGathered() {
        var gather = new Projection.Gather(10_000, 30_000);

        assertThat(Stream.of(0L, 199L, 200L, 400L, 5_000L).map(gather::afterFolding))
                .containsExactly(10_000L, 10_000L, 10_000L, 20_000L, 30_000L);
        assertThat(Projection.Gather.of(500).afterFolding(5_000)).isEqualTo(500);
    }

    private void happenAndNudge() {
        ledger.journal().nudge(ledger.commit(append(UUID.randomUUID(), 0, new Moved(1))));
    }

    private void happen(long by) {
        ledger.commit(append(UUID.randomUUID(), 0, new Moved(by)));
    }

    private TestDatabase database() {
        return ledger.database();
    }

    private long expected() {
        return database().number(EXPECTED);
    }

    private void awaitGeneration(Instance instance, int generation) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            ProjectionView view = view(instance);
            assertThat(view.generation()).isEqualTo(generation);
            assertThat(view.state()).isEqualTo(ProjectionState.LIVE);
        });
    }

    @Test
    void aReaderSeesWhatHappenedAMomentAgo() {
        Instance instance = deploy();

        for (int i = 1; i <= 20; i++) {
            happen(i);
            assertThat(instance.total()).isEqualTo(expected());
        }
        assertThat(view(instance).lag()).isZero();
    }

    @Test
    void anInstanceIsReadyWhenItsFirstGenerationShowsAllThatHappenedBefore() {
        ledger.commitMany(12_000);
        happen(5);

        Instance instance = deploy();

        assertThat(database().value("select live from projection")).isEqualTo(1);
        assertThat(instance.total()).isEqualTo(12_005);
        assertThat(view(instance).rebuild()).isNull();
    }

    @Test
    void whileARebuildIsUnderWayNothingThatWasSeenIsMissing() {
        ledger.commitMany(30_000);
        Instance instance = deploy();
        Instance other = deployElsewhere();

        assertThat(rebuild(instance)).isEqualTo(DONE);
        int reads = 0;
        do {
            happen(1);
            assertThat(instance.total()).isEqualTo(expected());
            assertThat(other.total()).isEqualTo(expected());
            reads++;
        } while (view(instance).state() != ProjectionState.LIVE);

        assertThat(reads).isGreaterThan(1);
        awaitGeneration(instance, 2);
        assertThat(other.total()).isEqualTo(expected());
        assertThat(database().rows("select distinct generation from balance")).containsExactly(List.of(2));
        assertThat(database().rows("select name from subscription")).containsExactly(List.of(NAME + "#2"));
    }

    @Test
    void aRebuildMakesGoodWhatWasWrong() {
        Instance instance = deploy();
        happen(3);
        assertThat(instance.total()).isEqualTo(3);
        database().execute("update balance set moved = 1000");

        assertThat(rebuild(instance)).isEqualTo(DONE);

        awaitGeneration(instance, 2);
        assertThat(instance.total()).isEqualTo(3);
    }

    @Test
    void ofTwoRebuildsAtOnceTheSecondIsRefused() throws SQLException {
        Instance instance = deploy();
        happen(3);
        assertThat(instance.total()).isEqualTo(3);

        try (Connection mischief = database().connect();
                Statement statement = mischief.createStatement()) {
            mischief.setAutoCommit(false);
            statement.execute("lock table balance in share mode");
            assertThat(rebuild(instance)).isEqualTo(DONE);
            assertThat(rebuild(instance)).isEqualTo(Refusals.REBUILD_UNDER_WAY + "{generation=2}");
            assertThat(view(instance).state()).isEqualTo(ProjectionState.REBUILDING);
            mischief.rollback();
        }

        awaitGeneration(instance, 2);
        assertThat(rebuild(instance)).isEqualTo(DONE);
        awaitGeneration(instance, 3);
    }

    @Test
    void whileAPageIsBeingAppliedForLongNobodyElseWaits() throws SQLException {
        Instance instance = deploy();

        try (Connection mischief = database().connect();
                Statement statement = mischief.createStatement()) {
            mischief.setAutoCommit(false);
            statement.execute("select from subscription for update");
            await().during(SEVERAL_CLAIMS).atMost(PATIENCE).until(() -> {
                long begunNs = System.nanoTime();
                view(instance);
                return Duration.ofNanos(System.nanoTime() - begunNs).compareTo(AT_ONCE) < 0;
            });
            mischief.rollback();
        }

        happen(3);
        assertThat(instance.total()).isEqualTo(3);
    }

    @Test
    void onlyOperatorsRebuildAndOnlyWhatThereIs() {
        Instance instance = deploy();
        Principal customer = Principal.user(UUID.randomUUID(), List.of(Principal.CUSTOMER));

        assertThat(instance.rebuild(platform.newCall(customer), NAME)).isEqualTo(Refusals.FORBIDDEN + "{}");
        assertThat(instance.rebuild(platform.newCall(OPERATOR), "nonsense")).isEqualTo(Refusals.NOT_FOUND + "{}");
    }

    @Test
    void aRebuildGoesOnWhenItsInstanceIsStoppedInTheMiddle() {
        ledger.commitMany(40_000);
        Instance first = deploy();
        assertThat(rebuild(first)).isEqualTo(DONE);
        first.service.stop();

        Instance second = deployElsewhere();

        awaitGeneration(second, 2);
        assertThat(second.total()).isEqualTo(expected());
    }

    @Test
    void aRebuildWhoseProcessDiedIsTakenOver() {
        Instance instance = deploy();
        ledger.commitMany(100);
        assertThat(instance.total()).isEqualTo(100);

        // As another process leaves it that began one, folded a part and was killed.
        database().execute("""
                with begun as (update projection set building = 2), claimed as (
                  insert into subscription (name, position, reader, read_until)
                  values ('balances#2', 60, 'the dead', now() + interval '1 second'))
                insert into balance (generation, stream, moved)
                select 2, stream, 1 from journal where position <= 60
                """);

        awaitGeneration(instance, 2);
        assertThat(instance.total()).isEqualTo(100);
    }

    @Test
    void aReaderThatFailsInTheMiddleOfAPageFoldsItOnce() {
        ledger.commitMany(20_000);
        Instance instance = deploy();
        assertThat(rebuild(instance)).isEqualTo(DONE);

        for (int i = 0; i < 5; i++) {
            database().cutConnections();
            ledger.commitMany(1);
        }

        awaitGeneration(instance, 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(instance.total()).isEqualTo(expected()));
    }
}
