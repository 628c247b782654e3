package io.trolleybus.saga;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of a saga's table.
 *
 * @param name unique in the table and the same in all its versions, since the ids of its commands come from it
 * @param action what to do; may be sent more than once
 * @param within how long the action may be tried without an answer
 * @param retreat how the saga turns back here; null if it cannot, so that the action is insisted on
 * @param withdrawal what has an action that is insisted on decided for good; null if only its being done would do
 * @param maxFailures as often the receiver of an action that is insisted on may say that it could not
 * @param <C> what the saga is about
 */
public record SagaStep<C>(
        String name,
        StepCommand<C> action,
        Duration within,
        @Nullable Retreat<C> retreat,
        @Nullable StepCommand<C> withdrawal,
        int maxFailures) {
    /**
     * The way back from a step.
     *
     * @param undo what makes it undone, whether it was done, not done, or is still on its way
     * @param lateCode the refusal code with which the saga turns back when its time has passed
     */
    public record Retreat<C>(StepCommand<C> undo, String lateCode) {}

    boolean isInsistedOn() {
        return retreat == null;
    }

    /** What undoes the action, or withdraws it. */
    StepCommand<C> wayBack() {
        return retreat == null ? Objects.requireNonNull(withdrawal, name) : retreat.undo;
    }
}
