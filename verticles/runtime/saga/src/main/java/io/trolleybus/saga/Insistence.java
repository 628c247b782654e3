package io.trolleybus.saga;

import io.trolleybus.model.Refusal;
import java.time.Duration;
import java.util.Optional;

/**
 * A saga at a step that it insists on, since there is no way back from it, such as from giving money back. An outage of
 * the step's receiver says nothing about the step, so silence counts against its time only; what the receiver itself
 * could not do is counted.
 */
public sealed interface Insistence extends SagaState {
    /** Such attempts are few, so the first pauses between them are not the shortest. */
    int INSISTING_DOUBLINGS = 3;

    /** A step is begun, or begun again, with all its time and attempts. */
    static Transition begin(SagaDefinition<?> definition, int step, long nowMs) {
        var first = new Insisting(step, 0, 0, definition.deadlineMs(step, nowMs));
        return new Transition(first, false, new Effect.Act(step, Duration.ZERO));
    }

    /** Where it leads when an operator has the step given up; empty if nobody could take it back. */
    static Optional<SagaState> withdrawn(SagaDefinition<?> definition, int step, Refusal because) {
        return definition.steps().get(step).withdrawal() == null
                ? Optional.empty()
                : Optional.of(new Withdrawing(step, 0, because));
    }

    /** The step was done, and only such that are insisted on as well can follow. */
    default Transition done(SagaDefinition<?> definition, long nowMs) {
        return step() == definition.last()
                ? new Transition(new Completed(), true, Effect.NONE)
                : begin(definition, step() + 1, nowMs);
    }

    /** What is insisted on is idempotent: its refusal means that no copy of it was or will be done. */
    default Transition refused(Refusal refusal) {
        return step() == 0
                ? new Transition(new Compensated(refusal), true, Effect.NONE)
                : hold("refused: " + refusal.detail());
    }

    default Transition hold(String why) {
        return new Transition(new Stuck(step(), why), true, Effect.NONE);
    }

    /**
     * Having the step done.
     *
     * @param attempt how often it has been tried
     * @param failures how often its receiver has said that it could not
     * @param deadlineMs until when it may be tried without an answer
     */
    record Insisting(int step, int attempt, int failures, long deadlineMs) implements Insistence {
        @Override
        public Transition resume(SagaDefinition<?> definition, long nowMs) {
            return begin(definition, step, nowMs);
        }

        @Override
        public Transition on(Signal signal, SagaDefinition<?> definition, long nowMs) {
            if (signal instanceof Signal.Failed failed) {
                int more = failures + 1;
                return more >= definition.steps().get(step).maxFailures()
                        ? hold("failed " + more + " times: " + failed.why())
                        : again(more);
            }
            return signal.fold(() -> done(definition, nowMs), this::refused, () -> unanswered(definition, nowMs));
        }

        private Transition unanswered(SagaDefinition<?> definition, long nowMs) {
            return nowMs + pause().toMillis() < deadlineMs
                    ? again(failures)
                    : hold("not answered for "
                            + definition.steps().get(step).within().toSeconds() + " s");
        }

        private Transition again(int failuresSoFar) {
            var next = new Insisting(step, attempt + 1, failuresSoFar, deadlineMs);
            return new Transition(next, false, new Effect.Act(step, pause()));
        }

        private Duration pause() {
            return Backoff.before(attempt + 1 + INSISTING_DOUBLINGS);
        }

        @Override
        public Optional<SagaState> turnedBack(SagaDefinition<?> definition, Refusal because) {
            return withdrawn(definition, step, because);
        }
    }

    /**
     * Having the step's receiver promise that it will never do it, which it answers with a refusal of the step, or say
     * that it has.
     *
     * @param reason why an operator wants that
     */
    record Withdrawing(int step, int attempt, Refusal reason) implements Insistence {
        @Override
        public Transition resume(SagaDefinition<?> definition, long nowMs) {
            return ask(0, Duration.ZERO);
        }

        @Override
        public Transition on(Signal signal, SagaDefinition<?> definition, long nowMs) {
            return signal.fold(() -> done(definition, nowMs), this::refused, this::again);
        }

        private Transition again() {
            return attempt + 1 >= MAX_UNDO_ATTEMPTS
                    ? hold("its withdrawal was not answered in " + MAX_UNDO_ATTEMPTS + " attempts")
                    : ask(attempt + 1, Backoff.before(attempt + 1));
        }

        private Transition ask(int nth, Duration pause) {
            return new Transition(new Withdrawing(step, nth, reason), false, new Effect.Undo(step, pause));
        }
    }

    /** On hold since a step that is insisted on could not be done. */
    record Stuck(int step, String why) implements OnHold {
        @Override
        public Transition retry() {
            // What goes on with it gives it its time.
            return new Transition(new Insisting(step, 0, 0, 0), true, new Effect.Act(step, Duration.ZERO));
        }

        @Override
        public Optional<SagaState> turnedBack(SagaDefinition<?> definition, Refusal because) {
            return withdrawn(definition, step, because);
        }
    }
}
