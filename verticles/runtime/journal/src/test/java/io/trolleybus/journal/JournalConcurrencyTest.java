package io.trolleybus.journal;

import static io.trolleybus.journal.Ledger.append;
import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.journal.Ledger.Moved;
import io.trolleybus.journal.Ledger.Opened;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.vertx.core.Future;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four writers at once, on shared streams, with a reader that follows. */
class JournalConcurrencyTest {
    private static final int WRITERS = 4;
    private static final int APPENDS = 100;
    private static final int FEED_LIMIT = 7;

    private final List<UUID> streams = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
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

    @Test
    void aReaderThatFollowsMissesNothingAndVersionsHaveNoGaps() {
        writeAndFollow();
    }

    @Test
    void aLongTransactionInAnotherDatabaseHoldsNothingUp() throws Exception {
        TestDatabase other = TestDatabase.create("other", Ledger.MIGRATIONS);
        try (Connection connection = other.connect()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert into counted (key, number) values ('long', 1)");

            writeAndFollow();

            connection.rollback();
        }
    }

    private void writeAndFollow() {
        List<Future<Integer>> writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> write(new Random(writer), APPENDS, 0))
                .toList();

        var seen = new ArrayList<Long>();
        await().atMost(30, TimeUnit.SECONDS)
                .pollDelay(0, TimeUnit.MILLISECONDS)
                .pollInterval(2, TimeUnit.MILLISECONDS)
                .until(() -> {
                    boolean ended = writers.stream().allMatch(Future::isComplete);
                    long through = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
                    FeedPage page;
                    do {
                        page = ledger.feed(through, FEED_LIMIT);
                        page.entries().stream().map(Entry::position).forEach(seen::add);
                        through = page.through();
                    } while (page.entries().size() == FEED_LIMIT);
                    return ended;
                });

        int accepted = writers.stream().mapToInt(writer -> await(writer)).sum();
        assertThat(accepted).isPositive();
        assertThat(seen).hasSize(2 * accepted).isSorted().doesNotHaveDuplicates();
        assertThat(seen).isEqualTo(positions());
        assertThat(gaps()).isEmpty();
        assertThat(ledger.database().number("select position from journal_head"))
                .isGreaterThanOrEqualTo(seen.get(seen.size() - 1));
    }

    /** Appends two events at a time where it believes the stream to be, and rereads it first. */
    private Future<Integer> write(Random random, int left, int accepted) {
        if (left == 0) {
            return Future.succeededFuture(accepted);
        }
        UUID stream = streams.get(random.nextInt(streams.size()));
        return ledger.service()
                .onLoop(context -> ledger.journal()
                        .read(context.database().reads(), stream)
                        .compose(events -> {
                            var append = append(stream, events.size(), new Opened("x"), new Moved(left));
                            return ledger.commit(context, List.of(append))
                                    .map(appended -> appended.accepted(append) ? 1 : 0);
                        }))
                .recover(JournalConcurrencyTest::lostTheRace)
                .compose(won -> write(random, left - 1, accepted + won));
    }

    private static Future<Integer> lostTheRace(Throwable cause) {
        return io.trolleybus.chassis.Database.wasRolledBack(cause)
                ? Future.failedFuture(new AssertionError("a conflict must be a refusal, not an error", cause))
                : Future.failedFuture(cause);
    }

    private List<Long> positions() {
        return ledger.database().rows("select position from journal order by position").stream()
                .map(row -> (Long) row.get(0))
                .toList();
    }

    private List<List<Object>> gaps() {
        return ledger.database()
                .rows("select stream from journal group by stream "
                        + "having min(version) <> 1 or max(version) <> count(*)");
    }
}
