/**
 * REST in, bus out. Owns nothing but the contract, {@code openapi.yaml}, and the HTTP side of it: who calls, how often,
 * and whether the request is well formed. Everything else is asked of the services on the bus.
 *
 * <p>A request passes {@link io.trolleybus.gateway.Front} (identity, limits, body, errors) on its way to the one
 * {@link io.trolleybus.gateway.Action} of its operation. Calls: {@code user.*}, {@code product.*}, {@code inventory.*},
 * {@code order.*}, {@code payment.find}, and of every process {@code node.*}; over HTTP, members that are registered,
 * and an OpenID provider for its keys. Answers nothing on the bus and publishes nothing.
 */
@NullMarked
package io.trolleybus.gateway;

import org.jspecify.annotations.NullMarked;
