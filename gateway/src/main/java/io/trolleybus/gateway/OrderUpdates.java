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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows orders for browsers, as server-sent events (WHATWG HTML, section 9.2): one for each event of the order's
 * journal, whose id is the order's version. Nudges on the bus only say that it is worth a look, and may get lost; what
 * is sent is read from the journal, from where the client has come to. For one event loop.
 */
final class OrderUpdates {
    static final String CONTENT_TYPE = "text/event-stream";
    static final int MAX_STREAMS = 1_000;
    static final int MAX_STREAMS_PER_PRINCIPAL = 20;

    private static final long TICK_MS = 250;

    /** However many follow, so that a look costs the order service no more than an ordinary load of requests. */
    private static final int MAX_LOOKS_PER_TICK = 25;

    /** Without a nudge. */
    private static final long LOOK_ANYWAY_MS = 5_000;

    private static final long HEARTBEAT_MS = 15_000;

    /** Then the client comes again, and shows its token again. */
    private static final long MAX_LIFE_MS = 600_000;

    /** Who has left by then keeps no place. */
    private static final long OPENS_WITHIN_MS = 2 * Bus.READ_LIMIT_MS;

    private static final Buffer HELLO = Buffer.buffer("retry: 1000\n\n");
    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private final Bus bus;
    private final Predicate<@Nullable UUID> isRevoked;
    private final Set<Stream> streams = new HashSet<>();
    private long nudges;

    /** @param isRevoked whether a session has ended before its time */
    OrderUpdates(Vertx vertx, Bus bus, Predicate<@Nullable UUID> isRevoked) {
        this.bus = bus;
        this.isRevoked = isRevoked;
        vertx.eventBus().consumer(FeedMessages.nudgeAddress(OrderMessages.SERVICE), nudge -> nudges++);
        vertx.setPeriodic(TICK_MS, tick -> tick());
    }

    /**
     * @param exchange to be answered, of somebody who may see the order
     * @param version that the client has seen
     */
    Future<Answer> follow(Exchange exchange, UUID orderId, int version) {
        String principal = exchange.principal().name();
        long own = streams.stream().filter(stream -> stream.isOf(principal)).count();
        if (streams.size() >= MAX_STREAMS || own >= MAX_STREAMS_PER_PRINCIPAL) {
            throw Rejected.because(ProblemType.BUSY, "Too many orders are being followed here.");
        }
        var stream = new Stream(exchange, orderId, version);
        streams.add(stream);
        // The first look tells whether there is such an order for this user.
        return read(exchange, orderId, version)
                .onFailure(refused -> streams.remove(stream))
                .map(history ->
                        Answer.streaming(CONTENT_TYPE, (response, moved) -> stream.begin(response, moved, history)));
    }

    /** Ends every stream; its client comes again, to another gateway. */
    void close() {
        List.copyOf(streams).forEach(Stream::end);
    }

    private void tick() {
        long nowMs = bus.nowMs();
        List<Stream> all = List.copyOf(streams);
        all.forEach(stream -> stream.tick(nowMs));
        all.stream()
                .filter(stream -> stream.isDue(nowMs))
                .sorted(Comparator.comparingLong(stream -> stream.lookedAtMs))
                .limit(MAX_LOOKS_PER_TICK)
                .forEach(stream -> stream.look(nowMs));
    }

    private Future<OrderHistory> read(Exchange exchange, UUID orderId, int after) {
        return bus.read(exchange, OrderMessages.EVENTS, new GetEvents(orderId, after), OrderHistory.class);
    }

    private final class Stream {
        private final Exchange exchange;
        private final UUID orderId;
        private final long startedAtMs = bus.nowMs();
        private @Nullable HttpServerResponse response;
        private Runnable moved = () -> {};
        private int version;
        private long seenNudges = nudges;
        private long lookedAtMs = startedAtMs;
        private long wroteAtMs = startedAtMs;
        private boolean looking;

        Stream(Exchange exchange, UUID orderId, int version) {
            this.exchange = exchange;
            this.orderId = orderId;
            this.version = version;
        }

        boolean isOf(String principal) {
            return exchange.principal().name().equals(principal);
        }

        void begin(HttpServerResponse opened, Runnable onMove, OrderHistory history) {
            response = opened;
            moved = onMove;
            opened.closeHandler(closed -> streams.remove(this));
            opened.exceptionHandler(broken -> streams.remove(this));
            opened.write(HELLO);
            write(history);
        }

        void tick(long nowMs) {
            long limitMs = response == null ? OPENS_WITHIN_MS : MAX_LIFE_MS;
            boolean over = nowMs - startedAtMs >= limitMs;
            if (over || isRevoked.test(exchange.caller().sessionId())) {
                end();
            } else if (isOpen() && nowMs - wroteAtMs >= HEARTBEAT_MS) {
                send(HEARTBEAT, nowMs);
            }
        }

        boolean isDue(long nowMs) {
            boolean wanted = seenNudges != nudges || nowMs - lookedAtMs >= LOOK_ANYWAY_MS;
            return wanted && !looking && response != null && isOpen() && !response.writeQueueFull();
        }

        void look(long nowMs) {
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

        private void write(OrderHistory news) {
            for (HistoryItem item : news.items()) {
                // An older order service answers with all events.
                if (item.version() > version && isOpen()) {
                    version = item.version();
                    Buffer text = Buffer.buffer("id: " + version + "\nevent: " + item.type() + "\ndata: ")
                            .appendBuffer(WireJson.write(item))
                            .appendString("\n\n");
                    send(text, bus.nowMs());
                }
            }
        }

        private void send(Buffer text, long nowMs) {
            if (response != null) {
                response.write(text);
                wroteAtMs = nowMs;
                moved.run();
            }
        }

        private boolean isOpen() {
            return response != null && !response.ended() && !response.closed();
        }

        void end() {
            streams.remove(this);
            if (response != null && isOpen()) {
                response.end();
            }
        }
    }
}
