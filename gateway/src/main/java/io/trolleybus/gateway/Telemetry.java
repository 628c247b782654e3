package io.trolleybus.gateway;

import io.trolleybus.chassis.ScatterGather.Gathered;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.NodeMessages;
import io.trolleybus.model.NodeMessages.BreakerList;
import io.trolleybus.model.NodeMessages.FindLogs;
import io.trolleybus.model.NodeMessages.FindTraces;
import io.trolleybus.model.NodeMessages.GetBreakers;
import io.trolleybus.model.NodeMessages.GetSpans;
import io.trolleybus.model.NodeMessages.LogList;
import io.trolleybus.model.NodeMessages.SpanList;
import io.trolleybus.model.NodeMessages.TraceList;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Breakers, traces and log lines, gathered from every process of the platform, so that each gateway tells the same. A
 * process that does not answer in time is named in {@code degraded}.
 */
final class Telemetry {
    /** For the whole answer, however many processes are silent. */
    private static final long LIMIT_MS = 2_000;

    private static final int DEFAULT_TRACES = 20;
    private static final int MAX_TRACES = 100;
    private static final int DEFAULT_LINES = 100;
    private static final int MAX_LINES = 500;

    private final Bus bus;

    Telemetry(Bus bus) {
        this.bus = bus;
    }

    Map<String, Action> actions() {
        return Map.of(
                "listBreakers", this::breakers,
                "listTraces", this::traces,
                "getTrace", this::trace,
                "listLogs", this::logs);
    }

    private Future<Answer> breakers(Exchange exchange) {
        return bus.readFromAll(LIMIT_MS, exchange, NodeMessages.BREAKERS, new GetBreakers(), BreakerList.class)
                .map(told -> Answer.json(200, BreakerViews.of(told)));
    }

    private Future<Answer> logs(Exchange exchange) {
        int limit = Parameters.limit(exchange, DEFAULT_LINES, MAX_LINES);
        var query = new FindLogs(Parameters.uuid(exchange, "orderId"), Parameters.traceId(exchange), limit);
        return bus.readFromAll(LIMIT_MS, exchange, NodeMessages.LOGS, query, LogList.class)
                .map(told -> Answer.json(200, LogViews.of(told, limit)));
    }

    /**
     * First which traces there are, then what each process knows of just these: the newest of one process need not be
     * those of another.
     */
    private Future<Answer> traces(Exchange exchange) {
        UUID orderId = Parameters.uuid(exchange, "orderId");
        String traceId = Parameters.traceId(exchange);
        int limit = Parameters.limit(exchange, DEFAULT_TRACES, MAX_TRACES);
        var query = new FindTraces(orderId, traceId == null ? List.of() : List.of(traceId), limit);
        return findTraces(exchange, query).compose(found -> {
            List<String> newest = TraceViews.newest(found, limit);
            return newest.isEmpty()
                    ? Future.succeededFuture(Answer.json(200, TraceViews.none(found)))
                    : findTraces(exchange, new FindTraces(null, newest, newest.size()))
                            .map(whole -> Answer.json(200, TraceViews.of(whole, found, orderId)));
        });
    }

    private Future<Gathered<TraceList>> findTraces(Exchange exchange, FindTraces query) {
        return bus.readFromAll(LIMIT_MS / 2, exchange, NodeMessages.TRACES, query, TraceList.class);
    }

    private Future<Answer> trace(Exchange exchange) {
        String id = Parameters.traceIdOfPath(exchange);
        return bus.readFromAll(LIMIT_MS, exchange, NodeMessages.SPANS, new GetSpans(id), SpanList.class)
                .map(told -> found(TraceView.of(id, told), told.silent()));
    }

    private static Answer found(@Nullable TraceView trace, List<String> silent) {
        if (trace != null) {
            return Answer.json(200, trace);
        }
        if (!silent.isEmpty()) {
            throw new UnavailableException("those who may know of it do not answer: " + silent);
        }
        throw Rejected.because(ProblemType.NOT_FOUND, "No recent trace that was sampled has this id.");
    }
}
