package io.trolleybus.journal;

import static io.trolleybus.testkit.Futures.await;

import io.trolleybus.chassis.Meters;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.FeedMessages.FeedPage;
import io.trolleybus.model.FeedMessages.ReadFeed;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** A service with nothing but a journal, as the tests' source of events. */
record Ledger(TestService service, Journal<Ledger.Event> journal) {
    static final List<String> MIGRATIONS =
            List.of("io/trolleybus/journal/migrations", "io/trolleybus/journal/testmigrations");
    static final EventTypes<Event> TYPES = new EventTypes<Event>()
            .add("Opened", Opened.class)
            .add("Moved", Moved.class)
            .add("Closed", Closed.class);
    static final Trace UNSAMPLED = Trace.root(new Random(1), false);

    sealed interface Event {}

    record Opened(String owner) implements Event {}

    record Moved(long by) implements Event {}

    record Closed() implements Event {}

    static Ledger deploy(TestPlatform platform) {
        var journal = new Journal<>("ledger", TYPES, platform.vertx().eventBus(), new Meters(platform.meters(), 1));
        TestService service = platform.deploy("ledger", MIGRATIONS, context -> {
            journal.serveFeed(context.endpoints(), context.database().reads());
            return Future.succeededFuture();
        });
        return new Ledger(service, journal);
    }

    TestDatabase database() {
        return service.database();
    }

    static Append<Event> append(UUID stream, int expectedVersion, Event... events) {
        return new Append<>(stream, expectedVersion, List.of(events), UNSAMPLED);
    }

    /** Appends in one transaction, without a nudge. */
    @SafeVarargs
    @SuppressWarnings("varargs") // Handed on to a method that only copies it.
    final Future<Appended> committing(Append<Event>... appends) {
        List<Append<Event>> batch = List.of(appends);
        return service.onLoop(context -> commit(context, batch));
    }

    Future<Appended> commit(ServiceContext context, List<Append<Event>> appends) {
        return context.database().transaction(tx -> journal.append(tx, appends));
    }

    @SafeVarargs
    final Appended commit(Append<Event>... appends) {
        return await(committing(appends));
    }

    /** So many movements by one, each of a stream of its own, at once and without a nudge. */
    void commitMany(int count) {
        database().execute("""
                        with h as (update journal_head set position = position + ? returning position)
                        insert into journal (position, stream, version, type, schema_version, data, recorded_at)
                        select h.position - ? + n, gen_random_uuid(), 1, 'Moved', 1, '{"by": 1}', now()
                        from h, generate_series(1, ?) n
                        """, count, count, count);
    }

    List<Recorded<Event>> read(UUID stream) {
        return await(service.onLoop(context -> journal.read(context.database().reads(), stream)));
    }

    FeedPage feed(long after, int limit, String... types) {
        return feedReply(after, limit, types).fold(page -> page, refusal -> {
            throw new AssertionError(refusal);
        });
    }

    Reply<FeedPage> feedReply(long after, int limit, String... types) {
        var read = new ReadFeed(after, limit, Set.of(types));
        return await(service.onLoop(context -> journal.feed(context.database().reads(), read)));
    }
}
