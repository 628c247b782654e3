package io.trolleybus.chassis;

import io.trolleybus.chassis.Endpoints.Handler;
import io.trolleybus.model.NodeMessages;
import io.trolleybus.model.NodeMessages.BreakerList;
import io.trolleybus.model.NodeMessages.FindLogs;
import io.trolleybus.model.NodeMessages.FindTraces;
import io.trolleybus.model.NodeMessages.GetBreakers;
import io.trolleybus.model.NodeMessages.GetSpans;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a process tells of itself on the bus: its breakers, and what it has lately traced and logged. One for each
 * process.
 */
public final class NodeVerticle extends VerticleBase {
    /** How it is known in the discovery, beside the services. */
    public static final String NAME = "node";

    private static final long DRAIN_LIMIT_MS = 2_000;

    private final Node node;
    private final RecentSpans spans;
    private final RecentLogs logs;
    private @Nullable Running running;

    private record Running(Endpoints endpoints, BusProbe probe, String registration) {}

    public NodeVerticle(Node node, RecentSpans spans, RecentLogs logs) {
        this.node = node;
        this.spans = spans;
        this.logs = logs;
    }

    @Override
    public Future<?> start() {
        String instance = node.ids().get().toString();
        Endpoints endpoints = node.endpoints(NAME, instance, new Meters(node.meters(), 1))
                .serve(
                        NodeMessages.BREAKERS,
                        GetBreakers.class,
                        telling(query -> new BreakerList(node.breakers().all())))
                .serve(NodeMessages.TRACES, FindTraces.class, telling(spans::find))
                .serve(NodeMessages.SPANS, GetSpans.class, telling(query -> spans.ofTrace(query.traceId())))
                .serve(NodeMessages.LOGS, FindLogs.class, telling(logs::find));
        return endpoints
                .open()
                .compose(open ->
                        node.directory().publish(NAME, instance, node.name(), node.version(), endpoints.addresses()))
                .onSuccess(registration -> {
                    // What it tells is not worth the process.
                    var probe = new BusProbe(
                            vertx, NAME, endpoints, node.directory().membership(), () -> {});
                    running = new Running(endpoints, probe, registration);
                    if (vertx.isClustered()) {
                        probe.start();
                    }
                });
    }

    @Override
    public Future<?> stop() {
        Running instance = running;
        return instance == null
                ? Future.succeededFuture()
                : instance.probe
                        .stop()
                        .eventually(() -> node.directory().withdraw(instance.registration))
                        .eventually(() -> instance.endpoints.drain(DRAIN_LIMIT_MS));
    }

    private static <C, R> Handler<C, R> telling(Function<C, R> answer) {
        return (call, query) -> {
            Principal principal = call.principal();
            return Future.succeededFuture(
                    principal.isOperator() || principal.isService()
                            ? Reply.done(answer.apply(query))
                            : Reply.refused(Refusals.FORBIDDEN, principal.name() + " may not do that"));
        };
    }
}
