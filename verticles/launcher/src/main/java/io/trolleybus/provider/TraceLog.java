package io.trolleybus.provider;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Writes one line for a request that belongs to a sampled trace (W3C Trace Context), and nothing for any other, so that
 * a trace can be followed to the bank's door while load leaves no lines. The fields have the names of the services' own
 * lines (Elastic Common Schema).
 */
final class TraceLog {
    private static final Logger LOG = LogManager.getLogger(TraceLog.class);
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final Pattern SAMPLED =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f][13579bdf]");
    private static final String SERVICE = "provider";

    private TraceLog() {}

    static void note(HttpServerRequest request) {
        String traceparent = request.headers().get(TRACEPARENT);
        if (traceparent == null) {
            return;
        }
        Matcher sampled = SAMPLED.matcher(traceparent);
        if (sampled.matches()) {
            try (var context = CloseableThreadContext.putAll(
                    Map.of("service.name", SERVICE, "trace.id", sampled.group(1), "span.id", sampled.group(2)))) {
                LOG.info("received {} {}", request.method(), request.path());
            }
        }
    }
}
