/**
 * What the tests of a service stand on: a real PostgreSQL, databases with the roles and grants of production, and a
 * platform with a real bus on which services are deployed, stopped and restarted.
 *
 * <p>{@link io.trolleybus.testkit.TestPlatform} is where a test starts. Everything here blocks and is for test threads,
 * never for an event loop.
 */
@NullMarked
package io.trolleybus.testkit;

import org.jspecify.annotations.NullMarked;
