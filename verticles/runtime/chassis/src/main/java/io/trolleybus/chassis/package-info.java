/**
 * What every service stands on: its life from start to orderly stop, the messages it answers and sends, discovery, the
 * guarded client, its database connections and migrations, health, metrics and traces.
 *
 * <p>A service is a {@link io.trolleybus.chassis.Service} made by a {@link io.trolleybus.chassis.ServiceModule} and run
 * by {@link io.trolleybus.chassis.ServiceVerticle}. It answers through {@link io.trolleybus.chassis.Endpoints} and
 * calls others through {@link io.trolleybus.chassis.GuardedClient}. Everything here runs on the verticle's event loop
 * unless it says otherwise.
 */
@NullMarked
package io.trolleybus.chassis;

import org.jspecify.annotations.NullMarked;
