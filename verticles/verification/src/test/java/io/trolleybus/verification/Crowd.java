package io.trolleybus.verification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** So many clients at once, each a thread. Closing it interrupts whoever is still busy. */
final class Crowd implements AutoCloseable {

    private final ExecutorService clients;

    Crowd(int size) {
        clients = Executors.newFixedThreadPool(size);
    }

    /** Sends the clients off together; each takes the next task when it has done one. */
    <T> List<Future<T>> start(List<? extends Callable<T>> tasks) {
        CountDownLatch gate = new CountDownLatch(1);
        List<Future<T>> outcomes = new ArrayList<>();
        for (Callable<T> task : tasks) {
            outcomes.add(clients.submit(() -> {
                gate.await();
                return task.call();
            }));
        }
        gate.countDown();
        return outcomes;
    }

    /** Sends the clients off together and waits for all outcomes. */
    <T> List<T> run(List<? extends Callable<T>> tasks, Duration within) {
        return outcomes(start(tasks), within);
    }

    /** Waits for all; the first failure of a client fails the test. */
    static <T> List<T> outcomes(List<Future<T>> tasks, Duration within) {
        long deadlineNanos = System.nanoTime() + within.toNanos();
        List<T> outcomes = new ArrayList<>();
        for (Future<T> task : tasks) {
            outcomes.add(outcome(task, deadlineNanos));
        }
        return outcomes;
    }

    /** Fails the test if a client has failed by now; does not wait. */
    static <T> void assertNoneFailed(List<Future<T>> tasks) {
        tasks.stream().filter(Future::isDone).forEach(task -> outcome(task, System.nanoTime()));
    }

    private static <T> T outcome(Future<T> task, long deadlineNanos) {
        try {
            return task.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a client is still not done", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients were busy", e);
        }
    }

    @Override
    public void close() {
        clients.shutdownNow();
    }
}
