package io.trolleybus.saga;

import java.time.Duration;

/**
 * One line of a saga's table.
 *
 * @param name unique in the table and the same in all its versions, since the ids of its commands come from it
 * @param action what to do; may be sent more than once
 * @param undo what makes it undone, whether it was done, not done, or is still on its way
 * @param within how long the action may be tried
 * @param lateCode the refusal code with which the saga turns back when that time has passed
 * @param <C> what the saga is about
 */
public record SagaStep<C>(String name, StepCommand<C> action, StepCommand<C> undo, Duration within, String lateCode) {}
