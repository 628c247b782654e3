package io.trolleybus.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
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
    private static final long LINGER_MS = 1_000;

    private final InstantSource clock;
    private final int most;
    private final Patience patience;
    private final Map<HttpConnection, Step> open = new HashMap<>();

    /** What a connection does now must be over by then. */
    private record Step(long untilMs) {}

    Connections(InstantSource clock, int most, Patience patience) {
        this.clock = clock;
        this.most = most;
        this.patience = patience;
    }

    void opened(HttpConnection connection) {
        if (open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new Step(clock.millis() + patience.firstHeadMs()));
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** A request began or was answered. */
    void moved(HttpConnection connection) {
        Step next = new Step(clock.millis() + patience.stepMs());
        open.computeIfPresent(connection, (same, last) -> next);
    }

    /**
     * Closes when the rest of the request has come, or a moment later: were it closed with bytes unread, the answer
     * could be lost on its way.
     */
    void closeAfter(Vertx vertx, HttpServerRequest request) {
        HttpConnection connection = request.connection();
        long timer = vertx.setTimer(LINGER_MS, tick -> connection.close());
        Runnable close = () -> {
            vertx.cancelTimer(timer);
            connection.close();
        };
        if (request.isEnded()) {
            close.run();
        } else {
            request.handler(unwanted -> {}).endHandler(end -> close.run()).resume();
        }
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
