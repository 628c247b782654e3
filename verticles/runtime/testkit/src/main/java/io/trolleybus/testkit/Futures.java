package io.trolleybus.testkit;

import io.vertx.core.Future;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
