package io.trolleybus.gateway;

import io.trolleybus.model.FeedMessages;
import io.trolleybus.model.OrderMessages;
import io.trolleybus.model.OrderMessages.GetEvents;
import io.trolleybus.model.OrderMessages.HistoryItem;
import io.trolleybus.model.OrderMessages.OrderHistory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Follows orders for browsers, as server-sent events (WHATWG HTML, section 9.2): one for each event of the order's
 * journal, whose id is the order's version. Nudges on the bus only say that it is worth a look, and may get lost; what
 * is sent is read from the journal, from where the client has come to. For one event loop.
 */
final class OrderUpdates {
    static final String CONTENT_TYPE = "text/event-stream";
    static final int MAX_STREAMS = 1_000;

    /** However often orders change, one stream looks no more often than this. */
    private static final long LOOK_MS = 250;

    /** Without a nudge. */
    private static final long LOOK_ANYWAY_MS = 5_000;

    private static final long HEARTBEAT_MS = 15_000;

    /** Then the client comes again, and shows its token again. */
    private static final long MAX_LIFE_MS = 600_000;

    private static final Buffer HELLO = Buffer.buffer("retry: 1000\n\n");
    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private final Bus bus;
    private final Set<Stream> streams = new HashSet<>();
    private long nudges;

    OrderUpdates(Vertx vertx, Bus bus) {
        this.bus = bus;
        vertx.eventBus().consumer(FeedMessages.nudgeAddress(OrderMessages.SERVICE), nudge -> nudges++);
        vertx.setPeriodic(LOOK_MS, tick -> List.copyOf(streams).forEach(Stream::tick));
    }

    /**
     * @param exchange to be answered, of somebody who may see the order
     * @param version that the client has seen
     */
    Future<Answer> follow(Exchange exchange, UUID orderId, int version) {
        if (streams.size() >= MAX_STREAMS) {
            throw Rejected.because(ProblemType.BUSY, "Too many orders are being followed here.");
        }
        // The first look tells whether there is such an order for this user.
        return read(exchange, orderId, version)
                .map(history -> Answer.streaming(CONTENT_TYPE, (response, moved) -> {
                    var stream = new Stream(exchange, orderId, version, response, moved);
                    streams.add(stream);
                    response.closeHandler(closed -> streams.remove(stream));
                    response.exceptionHandler(broken -> streams.remove(stream));
                    response.write(HELLO);
                    stream.write(history);
                }));
    }

    /** Ends every stream; its client comes again, to another gateway. */
    void close() {
        List.copyOf(streams).forEach(Stream::end);
    }

    private Future<OrderHistory> read(Exchange exchange, UUID orderId, int after) {
        return bus.read(exchange, OrderMessages.EVENTS, new GetEvents(orderId, after), OrderHistory.class);
    }

    private final class Stream {
        private final Exchange exchange;
        private final UUID orderId;
        private final HttpServerResponse response;
        private final Runnable moved;
        private final long endsAtMs = bus.nowMs() + MAX_LIFE_MS;
        private int version;
        private long seenNudges = nudges;
        private long lookedAtMs = bus.nowMs();
        private long wroteAtMs = bus.nowMs();
        private boolean looking;

        Stream(Exchange exchange, UUID orderId, int version, HttpServerResponse response, Runnable moved) {
            this.exchange = exchange;
            this.orderId = orderId;
            this.version = version;
            this.response = response;
            this.moved = moved;
        }

        void tick() {
            long nowMs = bus.nowMs();
            if (nowMs >= endsAtMs) {
                end();
            } else if (!looking && !response.writeQueueFull() && isDue(nowMs)) {
                look(nowMs);
            }
        }

        private boolean isDue(long nowMs) {
            return seenNudges != nudges || nowMs - lookedAtMs >= LOOK_ANYWAY_MS;
        }

        private void look(long nowMs) {
            looking = true;
            seenNudges = nudges;
            lookedAtMs = nowMs;
            read(exchange, orderId, version).onComplete(read -> {
                looking = false;
                // An outage is waited out: what came meanwhile is in the journal.
                if (read.succeeded()) {
                    write(read.result());
                }
            });
        }

        void write(OrderHistory news) {
            if (response.ended() || response.closed()) {
                return;
            }
            for (HistoryItem item : news.items()) {
                response.write(Buffer.buffer("id: " + item.version() + "\nevent: " + item.type() + "\ndata: ")
                        .appendBuffer(WireJson.write(item))
                        .appendString("\n\n"));
                version = item.version();
            }
            long nowMs = bus.nowMs();
            if (!news.items().isEmpty()) {
                wroteAtMs = nowMs;
                moved.run();
            } else if (nowMs - wroteAtMs >= HEARTBEAT_MS) {
                wroteAtMs = nowMs;
                response.write(HEARTBEAT);
                moved.run();
            }
        }

        void end() {
            streams.remove(this);
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        }
    }
}
