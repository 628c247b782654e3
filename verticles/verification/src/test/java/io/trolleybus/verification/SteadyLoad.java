package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** So many requests a second, whether or not the earlier ones are answered, until it is told to end. */
final class SteadyLoad<T> implements AutoCloseable {
    /** More than can wait for answers that come in ten seconds or not at all, so that the rate stays what it is. */
    private static final int MAX_AT_ONCE = 1_200;

    private static final Duration ALL_ANSWERED_WITHIN = Duration.ofSeconds(45);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService clients = Executors.newFixedThreadPool(MAX_AT_ONCE);
    private final List<Future<T>> outcomes = new CopyOnWriteArrayList<>();

    /** @param request the outcome of the request with that number; an exception is a failure */
    SteadyLoad(int perSecond, IntFunction<T> request) {
        var unused = clock.scheduleAtFixedRate(
                () -> {
                    int number = outcomes.size();
                    outcomes.add(clients.submit(() -> request.apply(number)));
                },
                0,
                TimeUnit.SECONDS.toMicros(1) / perSecond,
                TimeUnit.MICROSECONDS);
    }

    /** Returns after that time, in which it went on. */
    void goOnFor(Duration time) throws InterruptedException {
        assertThat(clients.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS))
                .as("the load has ended by itself")
                .isFalse();
    }

    /** Sends no more, waits for all answers, and returns what came of each; a failed one fails the test. */
    List<T> end() throws InterruptedException {
        clock.shutdownNow();
        clients.shutdown();
        assertThat(clients.awaitTermination(ALL_ANSWERED_WITHIN.toSeconds(), TimeUnit.SECONDS))
                .as("every request was answered")
                .isTrue();
        List<T> results = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (Future<T> outcome : outcomes) {
            try {
                results.add(outcome.get());
            } catch (ExecutionException failed) {
                failures.add(failed.getCause());
            }
        }
        assertThat(failures).as("failures of %d requests", outcomes.size()).isEmpty();
        return results;
    }

    /** Breaks off what is still under way. */
    @Override
    public void close() {
        clock.shutdownNow();
        clients.shutdownNow();
    }
}
