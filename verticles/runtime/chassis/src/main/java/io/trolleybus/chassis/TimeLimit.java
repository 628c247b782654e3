package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeoutException;

/**
 * Waits for a future no longer than said. {@link Future#timeout} does that on a thread of Netty's when the future was
 * made without a context, as {@link Future#all} makes them; whatever follows would then run beside the event loop whose
 * objects it uses.
 */
public final class TimeLimit {
    private TimeLimit() {}

    /**
     * To be called on an event loop, where all that follows runs as well if the future completes there.
     *
     * @param limitMs more than zero
     * @return the future's outcome, or a {@link TimeoutException} if there is none in time
     */
    public static <T> Future<T> within(long limitMs, Vertx vertx, Future<T> future) {
        if (future.isComplete()) {
            return future;
        }
        Promise<T> outcome = Promise.promise();
        long timer = vertx.setTimer(
                limitMs, tick -> outcome.tryFail(new TimeoutException("no outcome after " + limitMs + " ms")));
        future.onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                outcome.tryComplete(done.result());
            } else {
                outcome.tryFail(done.cause());
            }
        });
        return outcome.future();
    }
}
