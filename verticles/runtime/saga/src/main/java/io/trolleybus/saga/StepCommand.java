package io.trolleybus.saga;

import io.trolleybus.chassis.Call;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;

/**
 * Sends a step's command to the service that carries it out. Must be idempotent under the call's id. A refusal means
 * that it was not done and will not be; a failed future, that nobody knows, and with {@link StepFailedException} that
 * the service has tried.
 */
@FunctionalInterface
public interface StepCommand<C> {
    Future<? extends Reply<?>> send(C subject, Call call);
}
