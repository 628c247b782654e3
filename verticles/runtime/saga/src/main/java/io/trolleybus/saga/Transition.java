package io.trolleybus.saga;

/**
 * What follows from a signal.
 *
 * @param next the new state
 * @param save whether it must be stored before the effect is carried out
 * @param effect what to do then
 */
public record Transition(SagaState next, boolean save, Effect effect) {}
