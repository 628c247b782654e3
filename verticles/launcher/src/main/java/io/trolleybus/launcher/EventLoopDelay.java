package io.trolleybus.launcher;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Measures by how much timers come late: for so long whatever arrives waits before anybody looks at it. Something that
 * blocks an event loop shows here first.
 */
final class EventLoopDelay {
    private static final long PERIOD_MS = 200;

    private final Timer timer;
    private long dueNs;

    private EventLoopDelay(Timer timer) {
        this.timer = timer;
        this.dueNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);
    }

    /** Watches every event loop from now on, until Vert.x is closed. */
    static void watch(Vertx vertx, int eventLoops, MeterRegistry meters) {
        Timer timer = meters.timer("trolleybus_event_loop_delay");
        for (int i = 0; i < eventLoops; i++) {
            // Event loops are given to contexts in turn.
            vertx.runOnContext(turn -> {
                var delay = new EventLoopDelay(timer);
                vertx.setPeriodic(PERIOD_MS, tick -> delay.tick());
            });
        }
    }

    private void tick() {
        long nowNs = System.nanoTime();
        timer.record(Math.max(0, nowNs - dueNs), TimeUnit.NANOSECONDS);
        dueNs = nowNs + TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);
    }
}
