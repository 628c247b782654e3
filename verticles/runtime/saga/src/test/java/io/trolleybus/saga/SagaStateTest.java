package io.trolleybus.saga;

import static io.trolleybus.saga.SagaScenario.DEADLINE_MS;
import static io.trolleybus.saga.SagaScenario.NO;
import static io.trolleybus.saga.SagaScenario.NOW_MS;
import static io.trolleybus.saga.SagaScenario.given;
import static io.trolleybus.saga.SagaScenario.start;
import static io.trolleybus.saga.TripTable.CAR;
import static io.trolleybus.saga.TripTable.FLIGHT;
import static io.trolleybus.saga.TripTable.HOTEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.trolleybus.model.Refusal;
import io.trolleybus.saga.Insistence.Insisting;
import io.trolleybus.saga.Insistence.Stuck;
import io.trolleybus.saga.Insistence.Withdrawing;
import io.trolleybus.saga.SagaState.Compensated;
import io.trolleybus.saga.SagaState.Compensating;
import io.trolleybus.saga.SagaState.Completed;
import io.trolleybus.saga.SagaState.Forward;
import io.trolleybus.saga.SagaState.Parked;
import io.trolleybus.saga.SagaState.Superseded;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SagaStateTest {
    private static final Signal DONE = new Signal.Done();
    private static final Signal REFUSED = new Signal.Refused(NO);
    private static final Signal UNANSWERED = new Signal.Unanswered();
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long LATE_MS = DEADLINE_MS;

    /** A line of the table below: in this state, on this signal at this time, that follows. */
    private record Line(SagaState state, Signal signal, long atMs, Transition then) {
        String title() {
            String when = atMs == NOW_MS ? "in time" : "too late";
            return state + ", " + signal.getClass().getSimpleName() + ' ' + when;
        }
    }

    private static Forward forward(int step) {
        return new Forward(step, 0, step, DEADLINE_MS);
    }

    private static Forward again(int step) {
        return new Forward(step, 1, step, DEADLINE_MS);
    }

    private static Compensating undoing(int step, Refusal reason) {
        return new Compensating(step, 0, reason);
    }

    private static Refusal late(String step) {
        return Refusal.of(TripTable.LATE, step + " was not answered in time");
    }

    private static Line line(SagaState state, Signal signal, SagaState next, Effect effect) {
        return new Line(state, signal, NOW_MS, new Transition(next, false, effect));
    }

    private static Line savedLine(SagaState state, Signal signal, SagaState next, Effect effect) {
        return new Line(state, signal, NOW_MS, new Transition(next, true, effect));
    }

    private static Line savedLateLine(SagaState state, SagaState next, int undo) {
        return new Line(state, UNANSWERED, LATE_MS, new Transition(next, true, undo(undo)));
    }

    private static Effect act(int step) {
        return new Effect.Act(step, Duration.ZERO);
    }

    private static Effect undo(int step) {
        return new Effect.Undo(step, Duration.ZERO);
    }

    private static Stream<Line> table() {
        return Stream.of(
                // Downwards: the first, a middle and the last step.
                line(forward(FLIGHT), DONE, forward(HOTEL), act(HOTEL)),
                line(forward(HOTEL), DONE, forward(CAR), act(CAR)),
                savedLine(forward(CAR), DONE, new Completed(), Effect.NONE),
                savedLine(forward(FLIGHT), REFUSED, new Compensated(NO), Effect.NONE),
                savedLine(forward(HOTEL), REFUSED, undoing(FLIGHT, NO), undo(FLIGHT)),
                savedLine(forward(CAR), REFUSED, undoing(HOTEL, NO), undo(HOTEL)),
                // An unanswered copy of the command may still be on its way, so a refusal after it proves nothing.
                savedLine(again(FLIGHT), REFUSED, undoing(FLIGHT, NO), undo(FLIGHT)),
                savedLine(again(CAR), REFUSED, undoing(CAR, NO), undo(CAR)),
                line(forward(FLIGHT), UNANSWERED, again(FLIGHT), new Effect.Act(FLIGHT, PAUSE)),
                line(forward(HOTEL), UNANSWERED, again(HOTEL), new Effect.Act(HOTEL, PAUSE)),
                line(forward(CAR), UNANSWERED, again(CAR), new Effect.Act(CAR, PAUSE)),
                line(forward(CAR), FAILED, again(CAR), new Effect.Act(CAR, PAUSE)),
                // What was not answered in time may have been done, so it is undone, too.
                savedLateLine(forward(FLIGHT), undoing(FLIGHT, late("book-flight")), FLIGHT),
                savedLateLine(forward(HOTEL), undoing(HOTEL, late("book-hotel")), HOTEL),
                savedLateLine(forward(CAR), undoing(CAR, late("book-car")), CAR),
                // An answer counts whenever it comes.
                new Line(
                        forward(FLIGHT),
                        DONE,
                        LATE_MS,
                        new Transition(
                                new Forward(HOTEL, 0, HOTEL, LATE_MS + TripTable.LIMIT.toMillis()), false, act(HOTEL))),
                // Upwards.
                line(undoing(CAR, NO), DONE, undoing(HOTEL, NO), undo(HOTEL)),
                line(undoing(HOTEL, NO), DONE, undoing(FLIGHT, NO), undo(FLIGHT)),
                savedLine(undoing(FLIGHT, NO), DONE, new Compensated(NO), Effect.NONE),
                line(undoing(CAR, NO), UNANSWERED, new Compensating(CAR, 1, NO), new Effect.Undo(CAR, PAUSE)),
                line(undoing(FLIGHT, NO), UNANSWERED, new Compensating(FLIGHT, 1, NO), new Effect.Undo(FLIGHT, PAUSE)),
                savedLine(
                        undoing(HOTEL, NO),
                        REFUSED,
                        new Parked(HOTEL, NO, "refused to be undone: there are no seats"),
                        Effect.NONE));
    }

    @TestFactory
    Stream<DynamicTest> everyStateFollowsTheTable() {
        return table().map(line -> DynamicTest.dynamicTest(
                line.title(), () -> assertThat(line.state.on(line.signal, TripTable.TABLE, line.atMs))
                        .isEqualTo(line.then)));
    }

    @TestFactory
    Stream<DynamicTest> aStateAtRestStaysWhateverIsAnswered() {
        Stream<SagaState> atRest = Stream.of(
                new Parked(HOTEL, NO, "refused to be undone"),
                new Completed(),
                new Compensated(NO),
                new Superseded("cancel-trip"));
        return atRest.flatMap(state -> Stream.of(DONE, REFUSED, UNANSWERED)
                .map(signal -> DynamicTest.dynamicTest(state + ", " + signal, () -> {
                    var stays = new Transition(state, false, Effect.NONE);
                    assertThat(state.isAtRest()).isTrue();
                    assertThat(state.on(signal, TripTable.TABLE, LATE_MS)).isEqualTo(stays);
                    assertThat(state.resume(TripTable.TABLE, LATE_MS)).isEqualTo(stays);
                })));
    }

    @Test
    void onlyAnEndIsAnEnd() {
        assertThat(new Completed().hasEnded()).isTrue();
        assertThat(new Compensated(NO).hasEnded()).isTrue();
        assertThat(new Superseded("cancel-trip").hasEnded()).isTrue();
        assertThat(new Parked(HOTEL, NO, "refused").hasEnded()).isFalse();
        assertThat(undoing(CAR, NO).hasEnded()).isFalse();
        assertThat(undoing(CAR, NO).isAtRest()).isFalse();
        assertThat(forward(CAR).hasEnded()).isFalse();
        assertThat(forward(CAR).isAtRest()).isFalse();
    }

    @Test
    void aSagaGoesThroughItsTableToItsEnd() {
        start().unsaved()
                .expectAct(FLIGHT)
                .done()
                .unsaved()
                .expectAct(HOTEL)
                .done()
                .unsaved()
                .expectAct(CAR)
                .done()
                .saved()
                .expectNothing()
                .in(new Completed());
    }

    @Test
    void aRefusedStepUndoesThoseBeforeIt() {
        start().done()
                .done()
                .expectAct(CAR)
                .refused()
                .saved()
                .expectUndo(HOTEL)
                .done()
                .unsaved()
                .expectUndo(FLIGHT)
                .done()
                .saved()
                .expectNothing()
                .in(new Compensated(NO));
    }

    @Test
    void eachStepHasItsOwnDeadline() {
        start().after(Duration.ofSeconds(20))
                .done()
                .after(Duration.ofSeconds(20))
                .unanswered()
                .expect(new Effect.Act(HOTEL, PAUSE))
                .after(Duration.ofSeconds(10))
                .unanswered()
                .saved()
                .expectUndo(HOTEL);
    }

    @Test
    void anAttemptThatCouldOnlyBeginTooLateIsNotMade() {
        given(forward(HOTEL))
                .after(TripTable.LIMIT.minus(PAUSE))
                .unanswered()
                .saved()
                .in(undoing(HOTEL, late("book-hotel")));
        given(forward(HOTEL))
                .after(TripTable.LIMIT.minus(PAUSE).minusMillis(1))
                .unanswered()
                .unsaved()
                .in(again(HOTEL));
    }

    @Test
    void pausesDoubleUpToTenSeconds() {
        assertThat(Stream.iterate(1, attempt -> attempt + 1).limit(10).map(attempt -> Backoff.before(attempt)
                        .toMillis()))
                .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L, 10_000L);
        assertThat(Backoff.before(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void afterARestartAStepHasAllItsTimeAgain() {
        given(forward(FLIGHT))
                .after(Duration.ofHours(1))
                .restarted()
                .unsaved()
                .expectAct(FLIGHT)
                .in(new Forward(
                        FLIGHT, 0, CAR, DEADLINE_MS + Duration.ofHours(1).toMillis()));
    }

    @Test
    void afterARestartARefusalUndoesEveryStepSinceLaterOnesMayHaveBeenDone() {
        start().restarted()
                .refused()
                .saved()
                .expectUndo(CAR)
                .done()
                .expectUndo(HOTEL)
                .done()
                .expectUndo(FLIGHT)
                .done()
                .in(new Compensated(NO));
    }

    @Test
    void afterARestartATimeoutUndoesEveryStepToo() {
        start().restarted().done().after(TripTable.LIMIT).unanswered().saved().expectUndo(CAR);
    }

    @Test
    void afterARestartOnlyARefusalOfTheLastStepProvesThatItWasNotDone() {
        start().restarted().done().done().expectAct(CAR).refused().saved().expectUndo(HOTEL);
    }

    @Test
    void afterARestartACompensationGoesOnWhereItStood() {
        given(new Compensating(HOTEL, 7, NO))
                .restarted()
                .unsaved()
                .expectUndo(HOTEL)
                .in(undoing(HOTEL, NO));
    }

    @Test
    void aCompensationThatIsNeverAnsweredIsParked() {
        var saga = given(undoing(HOTEL, NO));
        for (int attempt = 1; attempt < SagaState.MAX_UNDO_ATTEMPTS; attempt++) {
            saga.unanswered().unsaved().expect(new Effect.Undo(HOTEL, Backoff.before(attempt)));
        }
        saga.unanswered().saved().expectNothing().in(new Parked(HOTEL, NO, "not answered in 60 attempts"));
    }

    @Test
    void anOperatorHasAParkedSagaTriedAgainFromTheStepAtFault() {
        given(undoing(HOTEL, NO))
                .refused(Refusal.of("closed", "the hotel is closed"))
                .in(new Parked(HOTEL, NO, "refused to be undone: the hotel is closed"))
                .retriedByAnOperator()
                .saved()
                .expectUndo(HOTEL)
                .done()
                .expectUndo(FLIGHT)
                .done()
                .saved()
                .in(new Compensated(NO));
    }

    private static final Signal FAILED = new Signal.Failed("the safe is jammed");

    private static final SagaDefinition<String> INSISTENT = SagaDefinition.<String>named("call-off", 1)
            .insist("pay-back", TripTable.UNSENT)
            .orWithdraw(TripTable.UNSENT)
            .upTo(3, TripTable.LIMIT)
            .insist("say-sorry", TripTable.UNSENT)
            .upTo(3, TripTable.LIMIT)
            .build();

    private static Transition onInsistent(SagaState state, Signal signal) {
        return state.on(signal, INSISTENT, NOW_MS);
    }

    private static Insisting insisting(int step, int attempt, int failures) {
        return new Insisting(step, attempt, failures, DEADLINE_MS);
    }

    private static Transition again(Insisting state, int pauses) {
        return new Transition(state, false, new Effect.Act(state.step(), PAUSE.multipliedBy(pauses)));
    }

    @Test
    void whatIsInsistedOnMayFailSoManyTimesAndIsThenLeftToAnOperator() {
        assertThat(SagaState.start(INSISTENT, NOW_MS)).isEqualTo(new Transition(insisting(0, 0, 0), false, act(0)));
        assertThat(onInsistent(insisting(0, 0, 0), FAILED)).isEqualTo(again(insisting(0, 1, 1), 8));
        assertThat(onInsistent(insisting(0, 1, 1), FAILED)).isEqualTo(again(insisting(0, 2, 2), 16));

        var stuck = new Stuck(0, "failed 3 times: the safe is jammed");
        assertThat(onInsistent(insisting(0, 2, 2), FAILED)).isEqualTo(new Transition(stuck, true, Effect.NONE));
        assertThat(stuck.retry()).isEqualTo(new Transition(new Insisting(0, 0, 0, 0), true, act(0)));
    }

    @Test
    void silenceCountsAgainstTheTimeOfWhatIsInsistedOnAndNotAgainstItsFailures() {
        assertThat(onInsistent(insisting(0, 7, 2), UNANSWERED)).isEqualTo(again(insisting(0, 8, 2), 100));
        assertThat(insisting(0, 7, 2).on(UNANSWERED, INSISTENT, LATE_MS))
                .isEqualTo(new Transition(new Stuck(0, "not answered for 30 s"), true, Effect.NONE));
    }

    @Test
    void afterARestartWhatIsInsistedOnHasAllItsTimeAndFailuresAgain() {
        Transition first = SagaState.start(INSISTENT, NOW_MS);

        assertThat(insisting(0, 2, 2).resume(INSISTENT, NOW_MS)).isEqualTo(first);
        // What a saga is stored as before anything was sent.
        assertThat(new Forward(0, 0, 0, 0).resume(INSISTENT, NOW_MS)).isEqualTo(first);
    }

    @Test
    void aRefusalOfWhatIsInsistedOnEndsTheSagaOnlyIfNothingWasDone() {
        assertThat(onInsistent(insisting(0, 1, 0), REFUSED))
                .isEqualTo(new Transition(new Compensated(NO), true, Effect.NONE));
        assertThat(onInsistent(insisting(1, 0, 0), REFUSED))
                .isEqualTo(new Transition(new Stuck(1, "refused: there are no seats"), true, Effect.NONE));
        assertThat(onInsistent(insisting(0, 0, 0), DONE)).isEqualTo(new Transition(insisting(1, 0, 0), false, act(1)));
        assertThat(onInsistent(insisting(1, 2, 2), DONE)).isEqualTo(new Transition(new Completed(), true, Effect.NONE));
    }

    @Test
    void whatCanBeWithdrawnIsDecidedForGoodAtAnOperatorsWord() {
        Refusal because = Refusal.of("withdrawn", "nobody is there");
        for (SagaState state : List.of(new Stuck(0, "failed"), insisting(0, 1, 1), new Forward(0, 0, 0, 0))) {
            assertThat(state.turnedBack(INSISTENT, because)).contains(new Withdrawing(0, 0, because));
        }
        for (SagaState state : List.of(new Stuck(1, "failed"), insisting(1, 1, 1), new Withdrawing(0, 3, because))) {
            assertThat(state.turnedBack(INSISTENT, because)).isEmpty();
        }

        var asking = new Withdrawing(0, 3, because);
        assertThat(asking.resume(INSISTENT, NOW_MS))
                .isEqualTo(new Transition(new Withdrawing(0, 0, because), false, undo(0)));
        assertThat(onInsistent(asking, UNANSWERED))
                .isEqualTo(new Transition(
                        new Withdrawing(0, 4, because), false, new Effect.Undo(0, PAUSE.multipliedBy(8))));
        assertThat(onInsistent(asking, REFUSED)).isEqualTo(new Transition(new Compensated(NO), true, Effect.NONE));
        assertThat(onInsistent(asking, DONE)).isEqualTo(new Transition(insisting(1, 0, 0), false, act(1)));
        assertThat(onInsistent(new Withdrawing(0, 59, because), UNANSWERED).next())
                .isEqualTo(new Stuck(0, "its withdrawal was not answered in 60 attempts"));
    }

    @Test
    void aStepThatNobodyCanTakeBackIsNamed() {
        var versions = SagaVersions.beginningWith(INSISTENT);

        assertThat(versions.mustBeDone(1, new Stuck(1, "failed"))).contains("say-sorry");
        assertThat(versions.mustBeDone(1, new Stuck(0, "failed"))).isEmpty();
        assertThat(versions.mustBeDone(1, new Completed())).isEmpty();
        assertThat(versions.mustBeDone(2, new Stuck(1, "failed"))).isEmpty();
    }

    @Test
    void aTableCannotTurnBackPastWhatIsInsistedOn() {
        var table = SagaDefinition.<String>named("trip", 1)
                .insist("pay-back", TripTable.UNSENT)
                .upTo(3, TripTable.LIMIT)
                .step("book-flight", TripTable.UNSENT)
                .undo(TripTable.UNSENT)
                .within(TripTable.LIMIT, TripTable.LATE);

        assertThatIllegalArgumentException()
                .isThrownBy(table::build)
                .withMessage("trip cannot turn back past pay-back");
    }

    @Test
    void aTableNeedsSteps() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SagaDefinition.<String>named("empty", 1).build())
                .withMessage("empty has no steps");
    }
}
