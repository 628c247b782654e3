package io.trolleybus.gateway;

import io.vertx.core.Future;

/**
 * What one operation of the contract does. A request that cannot be served fails or throws {@link Rejected}; every
 * other failure is an outage or a bug.
 */
interface Action {
    Future<Answer> answer(Exchange exchange);
}
