/**
 * Sagas: a table of steps, each with the compensation that undoes it and the time it may take.
 *
 * <p>{@link io.trolleybus.saga.SagaDefinition} is the table and {@link io.trolleybus.saga.SagaVersions} all versions of
 * it that a program knows; {@link io.trolleybus.saga.SagaState} decides, without any I/O, what follows from a step's
 * answer; {@link io.trolleybus.saga.SagaRunner} carries the effects out and keeps the state in a
 * {@link io.trolleybus.saga.SagaStore}; {@link io.trolleybus.saga.SagaLease} says which instance may run which sagas.
 *
 * <p>A saga's state is stored at its start, before its first compensation, when it is parked and at its end. Steps in
 * between are not: the command of a step has an id that derives from the saga, so after a restart the steps are sent
 * again and their receivers answer what they remember. Idea of compensation: Garcia-Molina and Salem, "Sagas", 1987.
 */
@NullMarked
package io.trolleybus.saga;

import org.jspecify.annotations.NullMarked;
