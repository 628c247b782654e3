package io.trolleybus.launcher;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Measures by how much timers come late: for so long whatever arrives waits before anybody looks at it. Something that
 * blocks an event loop shows here first.
 */
final class EventLoopDelay extends VerticleBase {
    private static final Logger LOG = LogManager.getLogger(EventLoopDelay.class);
    private static final long PERIOD_MS = 200;

    private final Timer timer;
    private long dueNs;

    private EventLoopDelay(Timer timer) {
        this.timer = timer;
    }

    /** Watches every event loop from now on, until Vert.x is closed. */
    static void watch(Vertx vertx, int eventLoops, MeterRegistry meters) {
        Timer timer = meters.timer("trolleybus_event_loop_delay");
        // The instances of a verticle are given the event loops in turn.
        vertx.deployVerticle(() -> new EventLoopDelay(timer), new DeploymentOptions().setInstances(eventLoops))
                .onFailure(cause -> LOG.warn("the delay of event loops is not measured", cause));
    }

    @Override
    public Future<?> start() {
        dueNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);
        vertx.setPeriodic(PERIOD_MS, tick -> tick());
        return Future.succeededFuture();
    }

    private void tick() {
        long nowNs = System.nanoTime();
        timer.record(Math.max(0, nowNs - dueNs), TimeUnit.NANOSECONDS);
        dueNs = nowNs + TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);
    }
}
