package io.trolleybus.saga;

import static io.trolleybus.saga.Receivers.DONE;
import static io.trolleybus.saga.Receivers.NO;
import static io.trolleybus.saga.Receivers.REFUSED;
import static io.trolleybus.saga.Receivers.THROWN;
import static io.trolleybus.saga.Receivers.UNANSWERED;
import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Meters;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Reply;
import io.trolleybus.saga.SagaState.Compensated;
import io.trolleybus.saga.SagaState.Compensating;
import io.trolleybus.saga.SagaState.Completed;
import io.trolleybus.saga.SagaState.Forward;
import io.trolleybus.saga.SagaState.Parked;
import io.trolleybus.saga.Trips.Trip;
import io.trolleybus.testkit.TestClock;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SagaRunnerTest {
    private static final Forward BEGUN = new Forward(0, 0, 0, 0);
    private static final Trip TRIP = new Trip(UUID.fromString("00000000-0000-7000-8000-000000000001"));

    private final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Receivers receivers = new Receivers();
    private final List<SagaState> ends = new CopyOnWriteArrayList<>();
    private TestPlatform platform;
    private TestService service;
    private Trips trips;
    private SagaRunner<Trip> runner;

    @BeforeEach
    void start() {
        platform = TestPlatform.start(clock);
        service = platform.deploy("trips", Trips.MIGRATIONS, context -> Future.succeededFuture());
        newRunner();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    /** As a process that starts anew: on the same store, with nothing in memory. */
    private void newRunner() {
        newRunner(SagaVersions.beginningWith(receivers.version1()));
    }

    /** As a process of a program that knows these versions. */
    private void newRunner(SagaVersions<Trip> versions) {
        await(service.onLoop(context -> {
            trips = new Trips(context.database(), versions.known());
            runner = new SagaRunner<>(
                    context,
                    versions,
                    trips,
                    new SagaRunner.Identity<>(Trip::id, Trip::version, Trip::trace),
                    (trip, end) -> ends.add(end));
            return Future.succeededFuture();
        }));
    }

    private <T> T on(Supplier<Future<T>> work) {
        return await(onLoop(work));
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        return service.onLoop(context -> work.get());
    }

    private TestDatabase database() {
        return service.database();
    }

    private void given(Trip trip, SagaState state) {
        database()
                .execute(
                        "insert into trip (id, owner, version, state) values (?, 'me', ?, ?::json)",
                        trip.id(),
                        trip.version(),
                        Json.write(state));
    }

    private SagaState stored(Trip trip) {
        return Json.read(
                (String) database().value("select state::text from trip where id = ?", trip.id()), SagaState.class);
    }

    private Future<Trip> begin() {
        given(TRIP, BEGUN);
        return onLoop(() -> runner.begin(TRIP));
    }

    @Test
    void aSagaIsCarriedOutAndItsEndIsStored() {
        assertThat(await(begin())).isEqualTo(TRIP);

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel");
        assertThat(stored(TRIP)).isEqualTo(new Completed());
        assertThat(ends).containsExactly(new Completed());
    }

    @Test
    void everyCommandOfEverySagaHasAnIdOfItsOwnWhichEveryRepetitionKeeps() {
        var other = new Trip(UUID.fromString("00000000-0000-7000-8000-000000000002"));
        receivers.answer("book flight", UNANSWERED, DONE);
        receivers.answer("book hotel", REFUSED);
        await(begin());
        given(other, BEGUN);
        receivers.answer("book hotel", REFUSED);
        on(() -> runner.begin(other));

        assertThat(receivers.commands()).startsWith("book flight", "book flight", "book hotel", "cancel flight");
        assertThat(receivers.sent.get(1)).isEqualTo(receivers.sent.get(0));
        assertThat(receivers.sent.stream().map(Receivers.Sent::id).distinct()).hasSize(receivers.sent.size() - 1);
    }

    @Test
    void aRestartedProcessSendsTheSameCommandUnderTheSameId() {
        receivers.hold("book flight");
        Future<Trip> interrupted = begin();
        await().until(() -> receivers.sent.size() == 1);
        newRunner();

        on(() -> runner.resumeAll(Trips.ME));

        await().untilAsserted(() -> assertThat(stored(TRIP)).isEqualTo(new Completed()));
        assertThat(receivers.sent.get(1)).isEqualTo(receivers.sent.get(0));
        assertThat(interrupted.isComplete()).isFalse();
    }

    @Test
    void anUnansweredCommandIsSentAgain() {
        receivers.answer("book hotel", UNANSWERED, UNANSWERED, DONE);

        await(begin());

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel", "book hotel", "book hotel");
        assertThat(stored(TRIP)).isEqualTo(new Completed());
    }

    @Test
    void aCommandThatThrowsIsTriedAgainLikeAnUnansweredOne() {
        receivers.answer("book flight", THROWN, DONE);

        await(begin());

        assertThat(stored(TRIP)).isEqualTo(new Completed());
    }

    @Test
    void aStepThatIsNotAnsweredInItsTimeIsUndoneWithThoseBeforeIt() {
        var held = receivers.hold("book hotel");
        Future<Trip> ended = begin();
        await().until(() -> receivers.commands().contains("book hotel"));
        clock.advance(Duration.ofSeconds(30));
        on(() -> {
            held.fail("nobody answers");
            return Future.succeededFuture();
        });

        await(ended);

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel", "cancel hotel", "cancel flight");
        assertThat(stored(TRIP))
                .isEqualTo(new Compensated(Refusal.of("hotel-too-late", "book-hotel was not answered in time")));
    }

    @Test
    void nothingIsUndoneBeforeItIsStoredThatTheSagaTurnsBack() {
        receivers.answer("book hotel", REFUSED);
        trips.failures.set(Integer.MAX_VALUE);
        Future<Trip> ended = begin();
        await().until(() -> trips.failures.get() < Integer.MAX_VALUE - 2);

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel");
        assertThat(stored(TRIP)).isEqualTo(BEGUN);

        trips.failures.set(0);
        await(ended);
        assertThat(receivers.commands()).containsExactly("book flight", "book hotel", "cancel flight");
        assertThat(stored(TRIP)).isEqualTo(new Compensated(NO));
    }

    @Test
    void aSagaThatCannotBeUndoneIsParkedAndItsWaiterToldSo() {
        receivers.answer("book hotel", REFUSED);
        receivers.answer("cancel flight", REFUSED);

        await(begin());

        assertThat(stored(TRIP)).isEqualTo(new Parked(0, NO, "refused to be undone: it is not possible"));
        assertThat(running()).isFalse();
        assertThat(ends).isEmpty();
    }

    @Test
    void aSagaThatAnotherProcessTookOverIsDroppedWithoutAnotherCommand() {
        var held = receivers.hold("book hotel");
        Future<Trip> ended = begin();
        await().until(() -> receivers.commands().contains("book hotel"));
        database().execute("update trip set owner = 'another'");
        on(() -> {
            held.complete(Reply.refused(NO));
            return Future.succeededFuture();
        });

        await().until(() -> !running());

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel");
        assertThat(ended.isComplete()).isFalse();
        assertThat(ends).isEmpty();
        assertThat(stored(TRIP)).isEqualTo(BEGUN);
    }

    private boolean running() {
        return on(() -> Future.succeededFuture(runner.running(TRIP.id()) != null));
    }

    @Test
    void aStartResumesWhatIsOpenFromWhereItStandsOverManyPages() {
        var begun = trips(450);
        begun.forEach(trip -> given(trip, BEGUN));
        var undoing = new Trip(new UUID(9, 1));
        given(undoing, new Compensating(1, 3, NO));
        var parked = new Trip(new UUID(9, 2));
        given(parked, new Parked(1, NO, "refused"));
        var another = new Trip(new UUID(9, 3));
        given(another, BEGUN);
        database().execute("update trip set owner = 'another' where id = ?", another.id());

        on(() -> runner.resumeAll(Trips.ME));

        await().untilAsserted(() -> assertThat(ended("completed")).isEqualTo(450));
        await().untilAsserted(() -> assertThat(stored(undoing)).isEqualTo(new Compensated(NO)));
        assertThat(commandsOf(undoing)).containsExactly("cancel hotel", "cancel flight");
        assertThat(commandsOf(parked)).isEmpty();
        assertThat(commandsOf(another)).isEmpty();
    }

    private static List<Trip> trips(int count) {
        return IntStream.range(1, count + 1)
                .mapToObj(number -> new Trip(new UUID(1, number)))
                .toList();
    }

    private long ended(String phase) {
        return database().number("select count(*) from trip where state->>'phase' = ?", phase);
    }

    private List<String> commandsOf(Trip trip) {
        return receivers.sent.stream()
                .filter(sent -> sent.trip().equals(trip.id()))
                .map(Receivers.Sent::command)
                .toList();
    }

    @Test
    void aSagaNobodyRunsIsFoundAtTheSecondLook() {
        given(TRIP, BEGUN);

        on(() -> runner.resumeOverlooked(Trips.ME));
        assertThat(receivers.sent).isEmpty();
        on(() -> runner.resumeOverlooked(Trips.ME));

        await().untilAsserted(() -> assertThat(stored(TRIP)).isEqualTo(new Completed()));
    }

    @Test
    void aSagaThatIsRunningIsNotOverlooked() {
        var held = receivers.hold("book flight");
        Future<Trip> ended = begin();
        for (int look = 0; look < 3; look++) {
            on(() -> runner.resumeOverlooked(Trips.ME));
        }
        on(() -> {
            held.complete(Reply.done("done"));
            return Future.succeededFuture();
        });

        await(ended);

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel");
    }

    @Test
    void aSagaThatIsFoundOpenBeforeItIsBegunIsRunOnce() {
        given(TRIP, BEGUN);
        var held = receivers.hold("book flight");
        on(() -> runner.resumeAll(Trips.ME));
        Future<Trip> ended = onLoop(() -> runner.begin(TRIP));
        on(() -> {
            held.complete(Reply.done("done"));
            return Future.succeededFuture();
        });

        await(ended);

        assertThat(receivers.commands()).containsExactly("book flight", "book hotel");
    }

    @Test
    void afterStopNothingIsSentOrStored() {
        var held = receivers.hold("book flight");
        begin();
        await().until(() -> receivers.sent.size() == 1);
        on(() -> {
            runner.stop();
            held.complete(Reply.done("done"));
            return Future.succeededFuture();
        });

        on(() -> runner.resumeAll(Trips.ME));

        assertThat(receivers.commands()).containsExactly("book flight");
        assertThat(stored(TRIP)).isEqualTo(BEGUN);
    }

    @Test
    void aSagaThatCameFromAnotherProcessIsRunBesideThoseThatRunAlready() {
        var held = receivers.hold("book flight");
        Future<Trip> ended = begin();
        await().until(() -> receivers.sent.size() == 1);
        var adopted = new Trip(new UUID(9, 1));
        given(adopted, BEGUN);
        var idle = new Trip(new UUID(9, 2));
        given(idle, BEGUN);

        on(() -> runner.resume(Trips.ME, Set.of(adopted.id())));

        await().untilAsserted(() -> assertThat(stored(adopted)).isEqualTo(new Completed()));
        assertThat(commandsOf(idle)).isEmpty();
        on(() -> {
            held.complete(Reply.done("done"));
            return Future.succeededFuture();
        });
        await(ended);
        assertThat(commandsOf(TRIP)).containsExactly("book flight", "book hotel");
    }

    @Test
    void aSagaGoesOnByTheVersionItWasBegunWithWhileNewOnesBeginWithTheCurrentOne() {
        var undoing = new Trip(new UUID(9, 1));
        given(TRIP, BEGUN);
        given(undoing, new Compensating(1, 0, NO));
        newRunner(SagaVersions.beginningWith(receivers.version2()).alsoKnowing(receivers.version1()));

        on(() -> runner.resumeAll(Trips.ME));
        var begun = new Trip(new UUID(9, 2), runner.currentVersion());
        given(begun, BEGUN);
        on(() -> runner.begin(begun));

        await().untilAsserted(() -> assertThat(ended("completed")).isEqualTo(2));
        await().untilAsserted(() -> assertThat(ended("compensated")).isEqualTo(1));
        assertThat(commandsOf(TRIP)).containsExactly("book flight", "book hotel");
        assertThat(commandsOf(undoing)).containsExactly("cancel hotel", "cancel flight");
        assertThat(commandsOf(begun)).containsExactly("book flight", "book car", "book hotel");
    }

    @Test
    void aSagaOfAVersionThatIsUnknownHereIsNotRunAndDoesNotKeepOthersFromIt() {
        var unknown = new Trip(new UUID(0, 1), 2);
        given(unknown, BEGUN);
        given(TRIP, BEGUN);

        on(() -> runner.resumeAll(Trips.ME));
        on(() -> runner.resumeOverlooked(Trips.ME));
        on(() -> runner.resumeOverlooked(Trips.ME));
        on(() -> runner.resume(Trips.ME, Set.of(unknown.id())));

        await().untilAsserted(() -> assertThat(stored(TRIP)).isEqualTo(new Completed()));
        assertThat(commandsOf(unknown)).isEmpty();
        assertThat(stored(unknown)).isEqualTo(BEGUN);
    }

    @Test
    void aSagaThatCannotBeReadIsCountedAndKeepsNoOtherFromBeingRun() {
        var garbled = new Trip(new UUID(0, 1));
        given(garbled, BEGUN);
        database().execute("update trip set state = '{\"phase\":\"dreaming\"}' where id = ?", garbled.id());
        given(TRIP, BEGUN);

        on(() -> runner.resumeAll(Trips.ME));

        await().untilAsserted(() -> assertThat(stored(TRIP)).isEqualTo(new Completed()));
        assertThat(unreadable()).isOne();
        database().execute("update trip set owner = 'another' where id = ?", garbled.id());
        on(() -> runner.resumeOverlooked(Trips.ME));
        assertThat(unreadable()).isZero();
    }

    private double unreadable() {
        return platform.meters().get("trolleybus_saga_unreadable").gauge().value();
    }

    @Test
    void oneOfManySagasIsFoundAtOnceEvenBehindOneThatCannotBeRead() {
        trips(450).forEach(trip -> given(trip, BEGUN));
        database().execute("update trip set state = '{}' where id = ?", new UUID(1, 1));
        var last = new Trip(new UUID(1, 450));

        on(() -> runner.replace(Trips.ME, last.id()));

        await().untilAsserted(() -> assertThat(stored(last)).isEqualTo(new Completed()));
        assertThat(trips.asked).hasValue(1);
        assertThat(ended("completed")).isOne();
    }

    @Test
    void sagasThatWaitForAnotherProgramAreCounted() {
        given(new Trip(new UUID(9, 1), 2), BEGUN);
        given(new Trip(new UUID(9, 2), 1), BEGUN);
        database().execute("update trip set owner = ''");

        on(() -> new WaitingSagas(
                        SagaVersions.beginningWith(receivers.version1()), trips, new Meters(platform.meters(), 1))
                .look());

        assertThat(platform.meters()
                        .get("trolleybus_saga_unknown_version")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }
}
