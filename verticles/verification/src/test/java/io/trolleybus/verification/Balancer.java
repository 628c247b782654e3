package io.trolleybus.verification;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Names those servers in turn that were ready when it last looked, as a load balancer in front of them would. */
final class Balancer implements Supplier<URI>, AutoCloseable {
    private static final long LOOK_EVERY_MS = 500;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger turn = new AtomicInteger();
    private final List<URI> all;
    private volatile List<URI> ready;

    Balancer(List<URI> all) {
        this.all = List.copyOf(all);
        this.ready = this.all;
        var unused = looking.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        ready = all.stream().filter(Balancer::isReady).toList();
    }

    private static boolean isReady(URI server) {
        try {
            return Api.at(server).within(ANSWER_WITHIN).get("/health/ready").status() == 200;
        } catch (UncheckedIOException noAnswer) {
            return false;
        }
    }

    @Override
    public URI get() {
        List<URI> now = ready.isEmpty() ? all : ready;
        return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
