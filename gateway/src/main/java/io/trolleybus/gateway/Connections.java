package io.trolleybus.gateway;

import io.vertx.core.http.HttpConnection;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps connections few and moving. An idle time-out alone is no defence against clients that send a byte now and then,
 * so the head of a connection's first request has a limit, and so has whatever comes after. For one event loop.
 */
final class Connections {
    static final long SWEEP_PERIOD_MS = 1_000;
    private static final long FIRST_HEAD_LIMIT_MS = 10_000;

    /** More than the longest wait that a request can ask for. */
    private static final long STEP_LIMIT_MS = 75_000;

    private final InstantSource clock;
    private final int most;
    private final Map<HttpConnection, Step> open = new HashMap<>();

    /** What a connection does now must be over by then. */
    private record Step(long untilMs) {}

    Connections(InstantSource clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    void opened(HttpConnection connection) {
        if (open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new Step(clock.millis() + FIRST_HEAD_LIMIT_MS));
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** A request began or was answered. */
    void moved(HttpConnection connection) {
        Step next = new Step(clock.millis() + STEP_LIMIT_MS);
        open.computeIfPresent(connection, (same, last) -> next);
    }

    /** Closes what has not moved in time. */
    void sweep() {
        long nowMs = clock.millis();
        List<HttpConnection> stuck = open.entrySet().stream()
                .filter(entry -> entry.getValue().untilMs <= nowMs)
                .map(Map.Entry::getKey)
                .toList();
        stuck.forEach(HttpConnection::close);
    }
}
