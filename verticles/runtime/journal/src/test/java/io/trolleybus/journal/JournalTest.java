package io.trolleybus.journal;

import static io.trolleybus.journal.Ledger.append;
import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Payload;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Ledger.Closed;
import io.trolleybus.journal.Ledger.Event;
import io.trolleybus.journal.Ledger.Moved;
import io.trolleybus.journal.Ledger.Opened;
import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.FeedMessages.Entry;
import io.trolleybus.model.FeedMessages.Nudge;
import io.trolleybus.model.Refusals;
import io.trolleybus.testkit.TestPlatform;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private final UUID stream = UUID.randomUUID();
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

    private List<Integer> versions(UUID of) {
        return ledger.read(of).stream().map(Recorded::version).toList();
    }

    @Test
    void eventsAreReadBackInTheirOrder() {
        ledger.commit(append(stream, 0, new Opened("Ann \"1\" ☂"), new Moved(5)));
        ledger.commit(append(stream, 2, new Moved(-3)));

        assertThat(ledger.read(stream))
                .extracting(Recorded::event)
                .containsExactly(new Opened("Ann \"1\" ☂"), new Moved(5), new Moved(-3));
        assertThat(versions(stream)).containsExactly(1, 2, 3);
    }

    @Test
    void anEventIsStoredAsTheJsonObjectThatItIs() {
        ledger.commit(append(stream, 0, new Opened("Ann")));

        assertThat(ledger.database().value("select json_typeof(data) from journal"))
                .isEqualTo("object");
        assertThat(ledger.database().value("select data->>'owner' from journal"))
                .isEqualTo("Ann");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 3, 100})
    void anAppendAtAnotherVersionThanTheStreamsWritesNothing(int expected) {
        ledger.commit(append(stream, 0, new Opened("Ann"), new Moved(1)));

        Append<Event> stale = append(stream, expected, new Moved(2), new Moved(3));
        Appended appended = ledger.commit(stale);

        assertThat(appended.accepted(stale)).isFalse();
        assertThat(versions(stream)).containsExactly(1, 2);
    }

    @Test
    void aStreamThatIsNotThereCannotBeContinued() {
        Append<Event> append = append(stream, 1, new Moved(2));

        assertThat(ledger.commit(append).accepted(append)).isFalse();
        assertThat(versions(stream)).isEmpty();
    }

    @Test
    void ofAFewAppendsOnlyTheConflictingOneIsRefused() {
        ledger.commit(append(stream, 0, new Opened("Ann")));
        Append<Event> before = append(UUID.randomUUID(), 0, new Opened("Bob"));
        Append<Event> conflicting = append(stream, 0, new Opened("Eve"));
        Append<Event> after = append(UUID.randomUUID(), 0, new Opened("Cid"), new Closed());

        Appended appended = ledger.commit(before, conflicting, after);

        assertThat(appended.streams()).containsExactlyInAnyOrder(before.stream(), after.stream());
        assertThat(appended.types()).containsExactlyInAnyOrder("Opened", "Closed");
        assertThat(versions(after.stream())).containsExactly(1, 2);
        assertThat(ledger.read(stream)).extracting(Recorded::event).containsExactly(new Opened("Ann"));
    }

    @Test
    void twoAppendsToOneStreamInOneCallAreABugAndWriteNothing() {
        Throwable cause =
                awaitFailure(ledger.committing(append(stream, 0, new Opened("Ann")), append(stream, 1, new Moved(1))));

        assertThat(cause).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(stream.toString());
        assertThat(versions(stream)).isEmpty();
    }

    @Test
    void anAppendWithoutEventsIsABug() {
        assertThatThrownBy(() -> append(stream, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void appendingNothingTakesNoPosition() {
        assertThat(ledger.commit().streams()).isEmpty();
        assertThat(ledger.database().number("select position from journal_head"))
                .isZero();
    }

    @Test
    void anAppendThatIsRolledBackLeavesNoTrace() {
        var refusal = new IllegalStateException("no");
        awaitFailure(ledger.service().onLoop(context -> context.database().transaction(tx -> ledger.journal()
                .append(tx, List.of(append(stream, 0, new Opened("Ann"))))
                .compose(appended -> Future.failedFuture(refusal)))));

        assertThat(versions(stream)).isEmpty();
        assertThat(ledger.feed(0, 10).entries()).isEmpty();
        Append<Event> again = append(stream, 0, new Opened("Ann"));
        assertThat(ledger.commit(again).accepted(again)).isTrue();
    }

    @Test
    void aLaterAppendWaitsForAnEarlierOneAndTheFeedShowsNeitherUntilThen() {
        Promise<Void> release = Promise.promise();
        Promise<Appended> written = Promise.promise();
        Future<Appended> first = ledger.service()
                .onLoop(context -> context.database().transaction(tx -> ledger.journal()
                        .append(tx, List.of(append(stream, 0, new Opened("first"))))
                        .onComplete(written)
                        .compose(appended -> release.future().map(appended))));
        await(written.future());

        Future<Appended> second = ledger.committing(append(UUID.randomUUID(), 0, new Opened("second")));
        await().until(() -> ledger.database()
                        .number("select count(*) from pg_stat_activity where datname = current_database() "
                                + "and wait_event_type = 'Lock'")
                > 0);
        assertThat(ledger.feed(0, 10).entries()).isEmpty();
        assertThat(ledger.feed(0, 10).through()).isZero();
        assertThat(second.isComplete()).isFalse();

        release.complete();
        assertThat(await(first).position()).isLessThan(await(second).position());
        assertThat(ledger.feed(0, 10).entries())
                .extracting(Entry::data)
                .containsExactly("{\"owner\":\"first\"}", "{\"owner\":\"second\"}");
    }

    @Test
    void aTraceIsKeptWhenItIsSampled() {
        Trace sampled = Trace.root(new Random(2), true);
        ledger.commit(new Append<>(stream, 0, List.of(new Opened("Ann")), sampled));
        ledger.commit(append(stream, 1, new Closed()));

        assertThat(ledger.feed(0, 10).entries())
                .extracting(Entry::traceparent)
                .containsExactly(sampled.traceparent(), "");
    }

    @Test
    void aFeedIsReadInPages() {
        for (int i = 0; i < 5; i++) {
            ledger.commit(append(UUID.randomUUID(), 0, new Opened("owner " + i)));
        }

        var first = ledger.feed(0, 2);
        var second = ledger.feed(first.through(), 2);
        var third = ledger.feed(second.through(), 2);
        var end = ledger.feed(third.through(), 2);

        assertThat(List.of(first, second, third, end))
                .extracting(page -> page.entries().size())
                .containsExactly(2, 2, 1, 0);
        assertThat(first.through()).isEqualTo(first.entries().get(1).position());
        assertThat(end.through()).isEqualTo(third.through());
    }

    @Test
    void aFilteredFeedLooksThroughNoMoreThanAStretchAtATimeAndSaysHowFarItIsToTheEnd() {
        ledger.commitMany((int) Feed.MAX_STRETCH + 1);
        ledger.commit(append(stream, 0, new Closed()));

        var first = ledger.feed(0, 10, "Closed");
        var second = ledger.feed(first.through(), 10, "Closed");

        assertThat(first.entries()).isEmpty();
        assertThat(first.through()).isEqualTo(Feed.MAX_STRETCH);
        assertThat(first.head()).isEqualTo(Feed.MAX_STRETCH + 2);
        assertThat(second.entries()).extracting(Entry::type).containsExactly("Closed");
        assertThat(second.through()).isEqualTo(second.head());
    }

    @Test
    void aFilteredFeedReachesThroughWhatItLeavesOut() {
        ledger.commit(append(stream, 0, new Opened("Ann"), new Moved(1), new Closed()));
        long head =
                ledger.commit(append(UUID.randomUUID(), 0, new Opened("Bob"))).position();

        var moves = ledger.feed(0, 10, "Moved");
        var none = ledger.feed(moves.through(), 10, "Moved");
        var full = ledger.feed(0, 1, "Opened", "Closed");

        assertThat(moves.entries()).extracting(Entry::type).containsExactly("Moved");
        assertThat(moves.through()).isEqualTo(head);
        assertThat(none.entries()).isEmpty();
        assertThat(full.through()).isEqualTo(full.entries().get(0).position());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Journal.MAX_FEED_PAGE + 1})
    void aPageOfAnImpossibleSizeIsRefused(int limit) {
        String code = ledger.feedReply(0, limit).fold(page -> "a page", refusal -> refusal.code());

        assertThat(code).isEqualTo(Refusals.INVALID);
    }

    @Test
    void readersAreNudgedOnceForACommit() {
        Queue<Nudge> nudges = new ConcurrentLinkedQueue<>();
        platform.vertx()
                .eventBus()
                .<Payload>consumer(
                        FeedMessages.nudgeAddress("ledger"),
                        m -> nudges.add(m.body().as(Nudge.class)));
        Appended appended = ledger.commit(
                append(stream, 0, new Opened("Ann"), new Moved(1)),
                append(UUID.randomUUID(), 0, new Opened("Bob"), new Closed()));
        Appended nothing = ledger.commit(append(stream, 0, new Opened("Eve")));
        Appended last = ledger.commit(append(stream, 2, new Closed()));

        ledger.journal().nudge(appended);
        ledger.journal().nudge(nothing);
        ledger.journal().nudge(last);

        await().until(() -> nudges.stream().anyMatch(nudge -> nudge.position() == last.position()));
        assertThat(nudges)
                .containsExactly(
                        new Nudge(appended.position(), Set.of("Opened", "Moved", "Closed")),
                        new Nudge(last.position(), Set.of("Closed")));
    }

    @Test
    void theRunTimeRoleCanNeitherChangeNorRemoveAnEvent() {
        ledger.commit(append(stream, 0, new Opened("Ann")));

        for (String sql : List.of("update journal set version = 2", "delete from journal", "truncate journal")) {
            Throwable cause = awaitFailure(ledger.service().onLoop(context -> context.database()
                    .transaction(tx -> tx.query(sql).execute())));
            assertThat(((PgException) cause).getSqlState()).as(sql).isEqualTo("42501");
        }
    }
}
