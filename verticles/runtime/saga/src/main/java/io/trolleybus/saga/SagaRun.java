package io.trolleybus.saga;

import io.vertx.core.Promise;

/** One saga in the hands of a {@link SagaRunner}. For one event loop. */
final class SagaRun<C> {
    /** What takes longer is stored every so often, so that its attempts can be seen. */
    private static final long SHOW_AFTER_MS = 4_000;

    final Promise<C> ended = Promise.promise();
    final SagaDefinition<C> definition;
    C subject;
    SagaState state;
    SagaLog log;
    long savedAtMs;

    SagaRun(SagaDefinition<C> definition, C subject, SagaState state, SagaLog log, long nowMs) {
        this.definition = definition;
        this.subject = subject;
        this.state = state;
        this.log = log;
        this.savedAtMs = nowMs;
    }

    /** Whether it has not been stored for long. */
    boolean isToBeShown(long nowMs) {
        return nowMs - savedAtMs >= SHOW_AFTER_MS;
    }
}
