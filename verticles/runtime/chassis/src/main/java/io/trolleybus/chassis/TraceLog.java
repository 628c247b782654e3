package io.trolleybus.chassis;

import java.util.Map;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A service's log lines about single orders: each carries {@code service.name}, {@code trace.id} and the id of what it
 * is about. Thread-safe.
 */
public final class TraceLog {
    public static final String SERVICE_NAME = "service.name";
    public static final String TRACE_ID = "trace.id";
    public static final String SPAN_ID = "span.id";
    public static final String ORDER_ID = "order.id";

    private final Logger logger;
    private final String service;

    public TraceLog(Class<?> owner, String service) {
        this.logger = LogManager.getLogger(owner);
        this.service = service;
    }

    /**
     * One line of the story of a sampled trace; nothing for any other, since a line per order costs more than it tells.
     */
    public void story(Trace trace, String subject, Object id, String message, Object... arguments) {
        if (trace.sampled()) {
            try (var fields = fields(trace, subject, id)) {
                logger.info(message, arguments);
            }
        }
    }

    /** Something that a person should look at. */
    public void warn(Trace trace, String subject, Object id, String message, Object... arguments) {
        try (var fields = fields(trace, subject, id)) {
            logger.warn(message, arguments);
        }
    }

    /** A defect, with where it came from. */
    public void error(Trace trace, String subject, Object id, String message, Throwable cause) {
        try (var fields = fields(trace, subject, id)) {
            logger.error(message, cause);
        }
    }

    private CloseableThreadContext.Instance fields(Trace trace, String subject, Object id) {
        return CloseableThreadContext.putAll(Map.of(
                SERVICE_NAME, service, TRACE_ID, trace.traceId(), SPAN_ID, trace.spanId(), subject, id.toString()));
    }
}
