package io.trolleybus.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.jspecify.annotations.Nullable;

/** The root logger's further appenders, for as long as this is open. */
final class RootLogger implements AutoCloseable {
    private static volatile @Nullable Thread configuring;

    private final LoggerContext context;
    private final Deque<Appender> added = new ArrayDeque<>();

    /** Has Log4j read its configuration on a thread of its own. */
    static void configureMeanwhile() {
        Thread thread = new Thread(LogManager::getRootLogger, "logging");
        thread.setDaemon(true);
        thread.start();
        configuring = thread;
    }

    /** Waits for that, since with what is read afterwards an appender that was added before is gone. */
    RootLogger() {
        Thread thread = configuring;
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
        context = LoggerContext.getContext(false);
    }

    void add(Appender appender) {
        appender.start();
        context.getConfiguration().getRootLogger().addAppender(appender, null, null);
        context.updateLoggers();
        added.push(appender);
    }

    @Override
    public void close() {
        while (!added.isEmpty()) {
            Appender appender = added.pop();
            context.getConfiguration().getRootLogger().removeAppender(appender.getName());
            context.updateLoggers();
            appender.stop();
        }
    }
}
