package io.trolleybus.gateway;

import io.vertx.core.Handler;
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

    /** HTTP/2's code for a stream that is not needed any more (RFC 9113, section 8.1). */
    private static final long NO_ERROR = 0;

    private final InstantSource clock;
    private final int most;
    private final Patience patience;
    private final Map<HttpConnection, Step> open = new HashMap<>();

    /**
     * What a connection does now must be over by then.
     *
     * @param last after which it is closed
     */
    private record Step(long untilMs, boolean last) {}

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
        open.put(connection, new Step(clock.millis() + patience.firstHeadMs(), false));
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** A request began or was answered. */
    void moved(HttpConnection connection) {
        long untilMs = clock.millis() + patience.stepMs();
        open.computeIfPresent(connection, (same, step) -> new Step(untilMs, step.last));
    }

    /** The answer that is sent now is its last one, whatever came behind the request. */
    void ending(HttpConnection connection) {
        open.computeIfPresent(connection, (same, step) -> new Step(step.untilMs, true));
    }

    /** Hears a request unless it came behind the last one that is answered. */
    Handler<HttpServerRequest> whileOpen(Handler<HttpServerRequest> handler) {
        return request -> {
            Step step = open.get(request.connection());
            if (step != null && !step.last) {
                handler.handle(request);
            }
        };
    }

    /**
     * Ends a request that was answered before all of it was read: when the rest has come, or a moment later. Were that
     * done with bytes unread, the answer could be lost on its way.
     */
    void endAfter(Vertx vertx, HttpServerRequest request) {
        long timer = vertx.setTimer(LINGER_MS, tick -> end(request));
        Runnable end = () -> {
            vertx.cancelTimer(timer);
            end(request);
        };
        if (request.isEnded()) {
            end.run();
        } else {
            request.handler(unwanted -> {}).endHandler(ended -> end.run()).resume();
        }
    }

    /** With HTTP/2 other requests go on. */
    private static void end(HttpServerRequest request) {
        if (!Front.isMultiplexed(request)) {
            request.connection().close();
        } else if (!request.isEnded()) {
            request.response().reset(NO_ERROR);
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
