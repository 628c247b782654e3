/**
 * The vocabulary that every part of Trolleybus shares: money, ids, and for each service the messages it answers on the
 * bus with their addresses.
 *
 * <p>Records only, written as JSON with the component names given here. This package knows neither Vert.x nor SQL and
 * holds no behaviour beyond keeping its values valid.
 */
@NullMarked
package io.trolleybus.model;

import org.jspecify.annotations.NullMarked;
