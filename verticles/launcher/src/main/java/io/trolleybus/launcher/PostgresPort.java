package io.trolleybus.launcher;

/**
 * Where PostgreSQL shall listen.
 *
 * @param explicit whether a person chose the number; then nothing else will do
 */
public record PostgresPort(int number, boolean explicit) {}
