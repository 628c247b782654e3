package io.trolleybus.launcher;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.trolleybus.chassis.TraceLog;
import java.time.Instant;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.util.Throwables;
import org.apache.logging.log4j.util.ReadOnlyStringMap;

/**
 * Hands each log line to OpenTelemetry, with its fields as attributes and within its trace. OpenTelemetry's own
 * appender is not used: it takes the trace from a thread's current span, which we have none of, and has every line of
 * the log carry the trace's id a second time. Thread-safe.
 */
final class OtlpLogs extends AbstractAppender {
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> ERROR_MESSAGE = AttributeKey.stringKey("exception.message");
    private static final AttributeKey<String> STACK_TRACE = AttributeKey.stringKey("exception.stacktrace");

    private final SdkLoggerProvider loggers;

    OtlpLogs(SdkLoggerProvider loggers) {
        super("otlp", null, null, true, Property.EMPTY_ARRAY);
        this.loggers = loggers;
    }

    @Override
    public void append(LogEvent event) {
        ReadOnlyStringMap fields = event.getContextData();
        LogRecordBuilder line = loggers.get(String.valueOf(event.getLoggerName()))
                .logRecordBuilder()
                .setTimestamp(Instant.ofEpochSecond(
                        event.getInstant().getEpochSecond(), event.getInstant().getNanoOfSecond()))
                .setSeverity(severity(event.getLevel()))
                .setSeverityText(event.getLevel().name())
                .setBody(event.getMessage().getFormattedMessage())
                .setContext(contextOf(fields));
        fields.forEach((name, value) -> line.setAttribute(AttributeKey.stringKey(name), String.valueOf(value)));
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            line.setAttribute(ERROR_TYPE, thrown.getClass().getName())
                    .setAttribute(ERROR_MESSAGE, String.valueOf(thrown.getMessage()))
                    .setAttribute(STACK_TRACE, String.join("\n", Throwables.toStringList(thrown)));
        }
        line.emit();
    }

    private static Context contextOf(ReadOnlyStringMap fields) {
        String trace = fields.getValue(TraceLog.TRACE_ID);
        String span = fields.getValue(TraceLog.SPAN_ID);
        return trace == null || span == null
                ? Context.root()
                : Context.root()
                        .with(Span.wrap(
                                SpanContext.create(trace, span, TraceFlags.getSampled(), TraceState.getDefault())));
    }

    private static Severity severity(Level level) {
        return switch (level.getStandardLevel()) {
            case OFF, FATAL -> Severity.FATAL;
            case ERROR -> Severity.ERROR;
            case WARN -> Severity.WARN;
            case INFO -> Severity.INFO;
            case DEBUG -> Severity.DEBUG;
            case TRACE, ALL -> Severity.TRACE;
        };
    }
}
