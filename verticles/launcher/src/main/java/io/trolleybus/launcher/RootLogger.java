package io.trolleybus.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;

/** The root logger's further appenders, for as long as this is open. */
final class RootLogger implements AutoCloseable {
    private final LoggerContext context = LoggerContext.getContext(false);
    private final Deque<Appender> added = new ArrayDeque<>();

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
