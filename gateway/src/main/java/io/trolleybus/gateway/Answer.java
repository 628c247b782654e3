package io.trolleybus.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response, whole as a rule: nothing of it is sent before all of it is known.
 *
 * @param body null if it has none, or is streamed
 * @param stream what writes the body bit by bit after the head; null for all that are whole
 */
record Answer(
        int status,
        String contentType,
        @Nullable Buffer body,
        Map<String, String> headers,
        @Nullable Stream stream) {
    /** Writes a body, for as long as it likes, and ends the response. */
    @FunctionalInterface
    interface Stream {
        /** @param moved to be called whenever something was written, lest the connection be taken for stuck */
        void begin(HttpServerResponse response, Runnable moved);
    }

    private Answer(int status, String contentType, @Nullable Buffer body, Map<String, String> headers) {
        this(status, contentType, body, headers, null);
    }

    static Answer streaming(String contentType, Stream stream) {
        return new Answer(200, contentType, null, Map.of(), stream);
    }

    static final String CACHE_CONTROL = "Cache-Control";
    static final String ETAG = "ETag";
    static final String RETRY_AFTER = "Retry-After";
    static final String AUTHENTICATE = "WWW-Authenticate";
    static final String CHALLENGE = "Bearer realm=\"trolleybus\"";
    private static final String SOON_S = "1";
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    static Answer json(int status, Object value) {
        return new Answer(status, JSON, WireJson.write(value), Map.of());
    }

    static Answer created(String location, Object value) {
        return new Answer(201, JSON, WireJson.write(value), Map.of("Location", location));
    }

    static Answer of(String contentType, Buffer body) {
        return new Answer(200, contentType, body, Map.of());
    }

    /** What somebody else has answered; an empty body is none. */
    static Answer relayed(int status, String contentType, Buffer body, Map<String, String> headers) {
        return new Answer(status, contentType, body.length() == 0 ? null : body, headers);
    }

    static Answer empty(int status) {
        return new Answer(status, JSON, null, Map.of());
    }

    /** The problem as RFC 9457 writes it. */
    static Answer problem(Rejected rejected, String instance, String traceId) {
        ProblemType type = rejected.type();
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", type.uri());
        problem.put("title", type.title());
        problem.put("status", type.status());
        problem.put("detail", rejected.detail());
        problem.put("instance", instance);
        problem.put("traceId", traceId);
        if (!rejected.errors().isEmpty()) {
            problem.put("errors", rejected.errors());
        }
        rejected.facts().forEach(problem::putIfAbsent);
        Map<String, String> headers = new LinkedHashMap<>(usualHeaders(type));
        headers.putAll(rejected.headers());
        return new Answer(type.status(), PROBLEM, WireJson.write(problem), headers);
    }

    /** What clients are owed with problems of that kind, whoever has them. */
    private static Map<String, String> usualHeaders(ProblemType type) {
        if (type.status() == ProblemType.UNAUTHORIZED.status()) {
            return Map.of(AUTHENTICATE, CHALLENGE);
        }
        return type.isTransient() ? Map.of(RETRY_AFTER, SOON_S) : Map.of();
    }

    Answer with(String header, String value) {
        return with(Map.of(header, value));
    }

    Answer with(Map<String, String> further) {
        if (further.isEmpty()) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.putAll(further);
        return new Answer(status, contentType, body, more, stream);
    }
}
