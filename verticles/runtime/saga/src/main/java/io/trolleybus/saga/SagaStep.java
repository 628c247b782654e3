package io.trolleybus.saga;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One line of a saga's table.
 *
 * @param name unique in the table and the same in all its versions, since the ids of its commands come from it
 * @param action what to do; may be sent more than once
 * @param retreat how the saga turns back here; null if it cannot, so that the action is insisted on
 * @param maxAttempts after so many without an answer an action that is insisted on is left to an operator
 * @param <C> what the saga is about
 */
public record SagaStep<C>(
        String name, StepCommand<C> action, @Nullable Retreat<C> retreat, int maxAttempts) {
    /**
     * The way back from a step.
     *
     * @param undo what makes it undone, whether it was done, not done, or is still on its way
     * @param within how long the action may be tried
     * @param lateCode the refusal code with which the saga turns back when that time has passed
     */
    public record Retreat<C>(StepCommand<C> undo, Duration within, String lateCode) {}
}
