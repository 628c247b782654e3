package io.trolleybus.saga;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.trolleybus.model.Refusal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a saga stands, and what follows from the answer to the command it waits for. Pure: the time comes in, effects
 * go out.
 *
 * <p>A state is stored as JSON under the names given here.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "phase")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SagaState.Forward.class, name = "forward"),
    @JsonSubTypes.Type(value = SagaState.Compensating.class, name = "compensating"),
    @JsonSubTypes.Type(value = SagaState.Parked.class, name = "parked"),
    @JsonSubTypes.Type(value = Insistence.Insisting.class, name = "insisting"),
    @JsonSubTypes.Type(value = Insistence.Withdrawing.class, name = "withdrawing"),
    @JsonSubTypes.Type(value = Insistence.Stuck.class, name = "stuck"),
    @JsonSubTypes.Type(value = SagaState.Completed.class, name = "completed"),
    @JsonSubTypes.Type(value = SagaState.Compensated.class, name = "compensated"),
    @JsonSubTypes.Type(value = SagaState.Superseded.class, name = "superseded")
})
public sealed interface SagaState permits SagaState.Forward, SagaState.Compensating, SagaState.AtRest, Insistence {
    /**
     * After so many attempts a compensation is left to an operator: about ten minutes at the pauses of {@link Backoff}.
     */
    int MAX_UNDO_ATTEMPTS = 60;

    /** The saga begins with its first step. */
    static Transition start(SagaDefinition<?> definition, long nowMs) {
        return begin(definition, 0, 0, nowMs);
    }

    private static Transition begin(SagaDefinition<?> definition, int step, int reached, long nowMs) {
        if (definition.steps().get(step).isInsistedOn()) {
            return Insistence.begin(definition, step, nowMs);
        }
        var forward = new Forward(step, 0, reached, definition.deadlineMs(step, nowMs));
        return new Transition(forward, false, new Effect.Act(step, Duration.ZERO));
    }

    /** The step it stands at; -1 if at none. */
    int step();

    /** What to do with a state that was read after a restart, when its last command's answer is lost. */
    Transition resume(SagaDefinition<?> definition, long nowMs);

    /** What follows when the command of this state's step was answered so. */
    Transition on(Signal signal, SagaDefinition<?> definition, long nowMs);

    /** Whether nothing more will happen by itself. */
    @JsonIgnore
    default boolean isAtRest() {
        return false;
    }

    /** Whether the saga is over. */
    default boolean hasEnded() {
        return false;
    }

    /** Where an operator's retry leads; empty if there is nothing to retry. */
    default Optional<SagaState> retried() {
        return Optional.empty();
    }

    /** Where it leads when an operator has the saga turn back for a reason; empty if it cannot, or does so already. */
    default Optional<SagaState> turnedBack(SagaDefinition<?> definition, Refusal because) {
        return Optional.empty();
    }

    /**
     * Carrying out a step.
     *
     * @param reached the last step that may have been begun; after a restart that may be any
     * @param attempt how often the step has been tried without an answer
     */
    record Forward(int step, int attempt, int reached, long deadlineMs) implements SagaState {
        @Override
        public Transition resume(SagaDefinition<?> definition, long nowMs) {
            return begin(definition, step, definition.last(), nowMs);
        }

        @Override
        public Transition on(Signal signal, SagaDefinition<?> definition, long nowMs) {
            return signal.fold(
                    () -> advance(definition, nowMs),
                    refusal -> turnBack(provesUndone() ? step - 1 : reached, refusal),
                    () -> again(definition, nowMs));
        }

        /** Every step may have been begun by now, by this process or another. */
        @Override
        public Optional<SagaState> turnedBack(SagaDefinition<?> definition, Refusal because) {
            if (definition.steps().get(step).isInsistedOn()) {
                return Insistence.withdrawn(definition, step, because);
            }
            return definition.steps().get(definition.last()).isInsistedOn()
                    ? Optional.empty()
                    : Optional.of(new Compensating(definition.last(), 0, because));
        }

        /** A refusal, unless later steps or an earlier copy of the command, still on its way, may have been done. */
        private boolean provesUndone() {
            return step == reached && attempt == 0;
        }

        private Transition advance(SagaDefinition<?> definition, long nowMs) {
            int next = step + 1;
            if (next > definition.last()) {
                return new Transition(new Completed(), true, Effect.NONE);
            }
            return begin(definition, next, Math.max(reached, next), nowMs);
        }

        private Transition again(SagaDefinition<?> definition, long nowMs) {
            Duration pause = Backoff.before(attempt + 1);
            if (nowMs + pause.toMillis() < deadlineMs) {
                return new Transition(
                        new Forward(step, attempt + 1, reached, deadlineMs), false, new Effect.Act(step, pause));
            }
            SagaStep<?> late = definition.steps().get(step);
            String code = Objects.requireNonNull(late.retreat(), late::name).lateCode();
            return turnBack(reached, Refusal.of(code, late.name() + " was not answered in time"));
        }

        /** @param from the last step that may have been done; -1 if there is none */
        private static Transition turnBack(int from, Refusal reason) {
            return from < 0
                    ? new Transition(new Compensated(reason), true, Effect.NONE)
                    : new Transition(new Compensating(from, 0, reason), true, new Effect.Undo(from, Duration.ZERO));
        }
    }

    /**
     * Undoing a step, because of the reason; then those before it.
     *
     * @param step -1 if nothing is left to be undone
     */
    record Compensating(int step, int attempt, Refusal reason) implements SagaState {
        @Override
        public Transition resume(SagaDefinition<?> definition, long nowMs) {
            if (step < 0) {
                return new Transition(new Compensated(reason), true, Effect.NONE);
            }
            return new Transition(new Compensating(step, 0, reason), false, new Effect.Undo(step, Duration.ZERO));
        }

        @Override
        public Transition on(Signal signal, SagaDefinition<?> definition, long nowMs) {
            return signal.fold(this::undone, refusal -> park("refused to be undone: " + refusal.detail()), this::again);
        }

        private Transition undone() {
            return step == 0
                    ? new Transition(new Compensated(reason), true, Effect.NONE)
                    : new Transition(
                            new Compensating(step - 1, 0, reason), false, new Effect.Undo(step - 1, Duration.ZERO));
        }

        private Transition again() {
            return attempt + 1 >= MAX_UNDO_ATTEMPTS
                    ? park("not answered in " + MAX_UNDO_ATTEMPTS + " attempts")
                    : new Transition(
                            new Compensating(step, attempt + 1, reason),
                            false,
                            new Effect.Undo(step, Backoff.before(attempt + 1)));
        }

        private Transition park(String why) {
            return new Transition(new Parked(step, reason, why), true, Effect.NONE);
        }
    }

    /** What does not change by itself. */
    sealed interface AtRest extends SagaState {
        /** How it came to rest, in a word. */
        String outcome();

        @Override
        default Transition resume(SagaDefinition<?> definition, long nowMs) {
            return new Transition(this, false, Effect.NONE);
        }

        @Override
        default Transition on(Signal signal, SagaDefinition<?> definition, long nowMs) {
            return resume(definition, nowMs);
        }

        @Override
        @JsonIgnore
        default boolean isAtRest() {
            return true;
        }
    }

    /** Waiting for an operator. */
    sealed interface OnHold extends AtRest permits Parked, Insistence.Stuck {
        /** What it needs an operator for. */
        String why();

        /** The operator has it tried again. */
        Transition retry();

        @Override
        default String outcome() {
            return "parked";
        }

        @Override
        default Optional<SagaState> retried() {
            return Optional.of(retry().next());
        }
    }

    /**
     * On hold since a step could not be undone.
     *
     * @param reason why the saga turned back
     */
    record Parked(int step, Refusal reason, String why) implements OnHold {
        @Override
        public Transition retry() {
            return new Transition(new Compensating(step, 0, reason), true, new Effect.Undo(step, Duration.ZERO));
        }

        /** The step at fault is left as it is: whoever says so has seen to it. */
        @Override
        public Optional<SagaState> turnedBack(SagaDefinition<?> definition, Refusal because) {
            return Optional.of(new Compensating(step - 1, 0, reason));
        }
    }

    /** What is over. */
    sealed interface Ended extends AtRest {
        @Override
        default int step() {
            return -1;
        }

        @Override
        default boolean hasEnded() {
            return true;
        }
    }

    /** Every step was done. */
    record Completed() implements Ended {
        @Override
        public String outcome() {
            return "completed";
        }
    }

    /** Every step that may have been done is undone. */
    record Compensated(Refusal reason) implements Ended {
        @Override
        public String outcome() {
            return "compensated";
        }
    }

    /** Another saga sees to what this one has begun. */
    record Superseded(String by) implements Ended {
        @Override
        public String outcome() {
            return "superseded";
        }
    }
}
