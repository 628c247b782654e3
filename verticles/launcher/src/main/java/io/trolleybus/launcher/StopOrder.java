package io.trolleybus.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What has been started, to be stopped in reverse, once, by whoever comes first: a failed start or a signal.
 *
 * <p>A signal during a step waits for the step to end, so that nothing is left running which nobody knows of.
 */
final class StopOrder implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(StopOrder.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean stopped;

    synchronized <T extends AutoCloseable> T start(Callable<T> step) throws Exception {
        if (stopped) {
            throw new StartupFailure("stopped during the start");
        }
        T running = step.call();
        started.push(running);
        return running;
    }

    @Override
    public synchronized void close() {
        stopped = true;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception failure) {
                // The rest must still be stopped.
                LOG.error("Could not stop a part of the platform", failure);
            }
        }
    }
}
