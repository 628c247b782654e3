package io.trolleybus.testkit;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits on a test thread for what happens on event loops; never for ever. */
public final class Futures {
    /** Longer than any limit of the platform, so that its own time-outs are seen before this one. */
    private static final long LIMIT_S = 30;

    private Futures() {}

    /** The future's result. @throws AssertionError if it fails, with its cause, or takes longer than 30 s */
    public static <T> T await(Future<T> future) {
        awaitEnd(future);
        if (future.failed()) {
            throw new AssertionError("failed: " + future.cause(), future.cause());
        }
        return future.result();
    }

    /** Why the future failed. @throws AssertionError if it succeeds or takes longer than 30 s */
    public static Throwable awaitFailure(Future<?> future) {
        awaitEnd(future);
        if (future.succeeded()) {
            throw new AssertionError("did not fail, but gave " + future.result());
        }
        return future.cause();
    }

    /** Runs work on an event loop; a work that throws fails the future. */
    static <T> Future<T> on(Context loop, Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(turn -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException thrown) {
                promise.fail(thrown);
            }
        });
        return promise.future();
    }

    private static void awaitEnd(Future<?> future) {
        var ended = new CountDownLatch(1);
        future.onComplete(end -> ended.countDown());
        try {
            if (!ended.await(LIMIT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("nothing came of it in " + LIMIT_S + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
