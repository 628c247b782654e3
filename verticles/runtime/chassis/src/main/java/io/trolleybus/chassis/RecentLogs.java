package io.trolleybus.chassis;

import io.trolleybus.model.NodeMessages.FindLogs;
import io.trolleybus.model.NodeMessages.LogError;
import io.trolleybus.model.NodeMessages.LogLine;
import io.trolleybus.model.NodeMessages.LogList;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.util.Throwables;
import org.apache.logging.log4j.util.ReadOnlyStringMap;
import org.jspecify.annotations.Nullable;

/**
 * The lines that this process has logged lately, as whoever operates the platform asks for them. An appender, to be
 * added to the root logger. Thread-safe.
 */
public final class RecentLogs extends AbstractAppender {
    static final int MAX_LINES = 5_000;
    static final long MAX_BYTES = 4 << 20;
    static final int MAX_MESSAGE_CHARS = 8_000;
    static final int MAX_STACK_CHARS = 8_000;

    private static final int OBJECT_BYTES = 400;
    private static final String PLATFORM = "trolleybus";

    private final Recent<LogLine> lines = new Recent<>(MAX_LINES, MAX_BYTES, RecentLogs::sizeBytes);

    public RecentLogs() {
        super("recent", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
        ReadOnlyStringMap context = event.getContextData();
        String service = context.getValue(TraceLog.SERVICE_NAME);
        lines.add(new LogLine(
                Instant.ofEpochSecond(
                        event.getInstant().getEpochSecond(), event.getInstant().getNanoOfSecond()),
                event.getLevel().name(),
                String.valueOf(event.getLoggerName()),
                beginning(event.getMessage().getFormattedMessage(), MAX_MESSAGE_CHARS),
                service == null ? PLATFORM : service,
                context.getValue(TraceLog.TRACE_ID),
                context.getValue(TraceLog.SPAN_ID),
                context.getValue(TraceLog.ORDER_ID),
                error(event.getThrown())));
    }

    LogList find(FindLogs query) {
        String orderId = query.orderId() == null ? null : query.orderId().toString();
        String traceId = query.traceId();
        List<LogLine> found = lines.newest(
                line -> (orderId == null || orderId.equals(line.orderId()))
                        && (traceId == null || traceId.equals(line.traceId())),
                query.limit());
        return new LogList(found);
    }

    private static @Nullable LogError error(@Nullable Throwable thrown) {
        if (thrown == null) {
            return null;
        }
        String stack = String.join("\n", Throwables.toStringList(thrown));
        return new LogError(
                thrown.getClass().getName(),
                thrown.getMessage() == null ? null : beginning(thrown.getMessage(), MAX_MESSAGE_CHARS),
                beginning(stack, MAX_STACK_CHARS));
    }

    private static String beginning(String text, int maxChars) {
        return text.length() <= maxChars ? text : text.substring(0, maxChars) + '…';
    }

    private static int sizeBytes(LogLine line) {
        LogError error = line.error();
        int chars = line.message().length()
                + (error == null
                        ? 0
                        : error.stackTrace().length()
                                + Objects.toString(error.message(), "").length());
        return OBJECT_BYTES + 2 * chars;
    }
}
