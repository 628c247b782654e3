package io.trolleybus.journal;

import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Database;
import io.trolleybus.chassis.Meters;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    /** Counts a key once; a key that starts with a minus breaks a check, which fails the statement. */
    private static final String COUNT = """
            insert into counted (key, number)
            select key, case when key like '-%' then -1 else 1 end from unnest($1::text[]) as item (key)
            """;

    private final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private TestPlatform platform;
    private TestService service;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        service = platform.deploy("counter", Ledger.MIGRATIONS, context -> Future.succeededFuture());
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private GroupCommit<String, String> group(GroupCommit.Batch<String, String> batch) {
        return new GroupCommit<>(platform.vertx(), "counter.count", new Meters(platform.meters(), 1), items -> {
            batches.add(List.copyOf(items));
            return batch.commit(items);
        });
    }

    private GroupCommit<String, String> groupOnTheDatabase() {
        return group(items -> service.onLoop(context -> context.database().transaction(tx -> tx.preparedQuery(COUNT)
                .execute(Tuple.of((Object) items.toArray(String[]::new)))
                .map(items.stream().map(item -> "counted " + item).toList()))));
    }

    /** Submits all in one turn of the event loop. */
    private List<Future<String>> submit(GroupCommit<String, String> group, String... items) {
        var outcomes = new ArrayList<Future<String>>();
        await(service.onLoop(context -> {
            for (String item : items) {
                outcomes.add(group.submit(item));
            }
            return Future.succeededFuture();
        }));
        return outcomes;
    }

    private static Future<List<String>> echo(List<String> items) {
        return Future.succeededFuture(items);
    }

    private List<String> counted() {
        return service.database().rows("select key from counted order by key").stream()
                .map(row -> (String) row.get(0))
                .toList();
    }

    @Test
    void whatArrivesTogetherIsCommittedTogetherAndEachCallerGetsItsOwnOutcome() {
        var outcomes = submit(groupOnTheDatabase(), "a", "b", "c");

        assertThat(outcomes.stream().map(outcome -> await(outcome)))
                .containsExactly("counted a", "counted b", "counted c");
        assertThat(batches).containsExactly(List.of("a", "b", "c"));
        assertThat(counted()).containsExactly("a", "b", "c");
    }

    @Test
    void whatArrivesWhileABatchIsUnderWayFormsTheNextOne() {
        Promise<Void> release = Promise.promise();
        var group = group(items -> release.future().compose(released -> echo(items)));

        var first = submit(group, "a");
        await().until(() -> batches.size() == 1);
        var second = submit(group, "b");
        var third = submit(group, "c", "d");
        assertThat(batches).hasSize(1);
        release.complete();

        List.of(first, second, third).forEach(outcomes -> outcomes.forEach(outcome -> await(outcome)));
        assertThat(batches).containsExactly(List.of("a"), List.of("b", "c", "d"));
    }

    @Test
    void aBatchHasALimit() {
        String[] items = IntStream.range(0, 2 * GroupCommit.MAX_BATCH + 1)
                .mapToObj(Integer::toString)
                .toArray(String[]::new);

        submit(group(GroupCommitTest::echo), items).forEach(outcome -> await(outcome));

        assertThat(batches).extracting(List::size).containsExactly(GroupCommit.MAX_BATCH, GroupCommit.MAX_BATCH, 1);
        assertThat(batches.stream().flatMap(List::stream)).containsExactly(items);
    }

    @Test
    void aFullQueueIsBusyAndTakesMoreOnceItHasRoom() {
        Promise<Void> release = Promise.promise();
        var group = group(items -> release.future().compose(released -> echo(items)));
        var running = submit(group, "running");
        await().until(() -> batches.size() == 1);
        String[] items = Collections.nCopies(GroupCommit.MAX_QUEUE + 1, "x").toArray(String[]::new);

        var queued = submit(group, items);

        assertThat(awaitFailure(queued.get(GroupCommit.MAX_QUEUE))).isInstanceOf(BusyException.class);
        release.complete();
        running.forEach(outcome -> await(outcome));
        queued.subList(0, GroupCommit.MAX_QUEUE).forEach(outcome -> await(outcome));
        assertThat(await(submit(group, "later").get(0))).isEqualTo("later");
    }

    @Test
    void aFailingStatementIsRunAgainItemByItemSoThatOnlyTheOneAtFaultFails() {
        var outcomes = submit(groupOnTheDatabase(), "a", "-b", "c");

        assertThat(await(outcomes.get(0))).isEqualTo("counted a");
        assertThat(((PgException) awaitFailure(outcomes.get(1))).getSqlState()).isEqualTo("23514");
        assertThat(await(outcomes.get(2))).isEqualTo("counted c");
        assertThat(batches).containsExactly(List.of("a", "-b", "c"), List.of("a"), List.of("-b"), List.of("c"));
        assertThat(counted()).containsExactly("a", "c");
    }

    @Test
    void theNextBatchWaitsForTheItemsRunOneByOne() {
        var group = groupOnTheDatabase();
        var failing = submit(group, "a", "-b");
        var next = submit(group, "c");

        assertThat(await(next.get(0))).isEqualTo("counted c");
        assertThat(failing).allMatch(Future::isComplete);
        assertThat(batches.get(batches.size() - 1)).containsExactly("c");
    }

    @Test
    void whenTheConnectionIsCutEveryCallerIsToldAndTheNextBatchWorks() {
        service.database()
                .execute("create function linger() returns trigger language plpgsql as "
                        + "$$ begin perform pg_sleep(5); return new; end $$");
        service.database()
                .execute("create trigger linger before insert on counted "
                        + "for each row when (new.key = 'slow') execute function linger()");
        var group = groupOnTheDatabase();
        var cut = submit(group, "slow", "b", "c");
        await().until(() -> service.database()
                        .number("select count(*) from pg_stat_activity where datname = current_database() "
                                + "and query like 'insert into counted%' and state = 'active'")
                > 0);

        service.database().cutConnections();

        assertThat(cut).allSatisfy(outcome -> assertThat(Database.isUnavailable(awaitFailure(outcome)))
                .isTrue());
        assertThat(batches).as("nothing is run blindly again").hasSize(1);
        // A connection at rest in the pool was cut too, and is handed out once more if nobody has noticed yet.
        await().untilAsserted(() -> assertThat(await(submit(group, "d").get(0))).isEqualTo("counted d"));
        assertThat(counted()).containsExactly("d");
    }

    @Test
    void aBatchThatThrowsIsToldToItsCallersAndTheNextOneRuns() {
        var group = group(items -> {
            if (items.contains("bad")) {
                throw new IllegalStateException("a bug");
            }
            return echo(items);
        });

        var outcomes = submit(group, "bad", "good");

        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(awaitFailure(outcome)).hasMessage("a bug"));
        assertThat(await(submit(group, "good").get(0))).isEqualTo("good");
    }

    @Test
    void aBatchThatForgetsAnOutcomeIsABugThatEveryCallerHearsOf() {
        var group = group(items -> Future.succeededFuture(items.subList(1, items.size())));

        assertThat(submit(group, "a", "b")).allSatisfy(outcome -> assertThat(awaitFailure(outcome))
                .hasMessageContaining("1 outcomes for 2 items"));
    }

    @Test
    void theSizesOfBatchesAreMeasured() {
        submit(group(GroupCommitTest::echo), "a", "b", "c").forEach(outcome -> await(outcome));

        var sizes = platform.meters().get("trolleybus_group_commit_batch_size").summary();
        assertThat(sizes.count()).isEqualTo(1);
        assertThat(sizes.totalAmount()).isEqualTo(3);
    }
}
