package io.trolleybus.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Refusal;
import java.time.Duration;
import java.util.Map;

/** Given a state, when its command is answered, then what follows: reads as the story of one saga. */
final class SagaScenario {
    static final long NOW_MS = 1_000_000;
    static final long DEADLINE_MS = NOW_MS + TripTable.LIMIT.toMillis();
    static final Refusal NO = new Refusal("sold-out", "there are no seats", Map.of("seats", 0));

    private long nowMs = NOW_MS;
    private Transition last;

    private SagaScenario(Transition last) {
        this.last = last;
    }

    static SagaScenario start() {
        return new SagaScenario(SagaState.start(TripTable.TABLE, NOW_MS));
    }

    static SagaScenario given(SagaState state) {
        return new SagaScenario(new Transition(state, false, Effect.NONE));
    }

    SagaScenario after(Duration time) {
        nowMs += time.toMillis();
        return this;
    }

    SagaScenario done() {
        return on(new Signal.Done());
    }

    SagaScenario refused() {
        return refused(NO);
    }

    SagaScenario refused(Refusal refusal) {
        return on(new Signal.Refused(refusal));
    }

    SagaScenario unanswered() {
        return on(new Signal.Unanswered());
    }

    SagaScenario restarted() {
        last = last.next().resume(TripTable.TABLE, nowMs);
        return this;
    }

    SagaScenario retriedByAnOperator() {
        last = ((SagaState.Parked) last.next()).retry();
        return this;
    }

    private SagaScenario on(Signal signal) {
        last = last.next().on(signal, TripTable.TABLE, nowMs);
        return this;
    }

    /** The command that follows, at once. */
    SagaScenario expectAct(int step) {
        return expect(new Effect.Act(step, Duration.ZERO));
    }

    /** The compensation that follows, at once. */
    SagaScenario expectUndo(int step) {
        return expect(new Effect.Undo(step, Duration.ZERO));
    }

    SagaScenario expectNothing() {
        return expect(Effect.NONE);
    }

    SagaScenario expect(Effect effect) {
        assertThat(last.effect()).isEqualTo(effect);
        return this;
    }

    SagaScenario saved() {
        assertThat(last.save()).as("stored before its effect").isTrue();
        return this;
    }

    SagaScenario unsaved() {
        assertThat(last.save()).as("stored").isFalse();
        return this;
    }

    SagaScenario in(SagaState state) {
        assertThat(last.next()).isEqualTo(state);
        return this;
    }

    SagaState state() {
        return last.next();
    }
}
