/**
 * Starts the platform: reads the configuration, owns the data directory, runs PostgreSQL when none is given, and
 * composes the services of this process. Nothing here knows what an order is.
 */
@NullMarked
package io.trolleybus.launcher;

import org.jspecify.annotations.NullMarked;
