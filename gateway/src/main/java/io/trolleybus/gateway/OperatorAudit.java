package io.trolleybus.gateway;

import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.gateway.Operation.Access;
import io.trolleybus.model.Principal;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Who did what in the operator's role, and who tried to without it: a line each, in a logger of its own, with ECS
 * fields, and without bodies. What operators do to their own account is not theirs as operators.
 *
 * <p>Each change is told. Reads are told at the first of a minute for each operator and address, since a console asks
 * for the same every second; refusals at the first of a minute for each user and operation, since anybody with an
 * account can cause them. For one event loop.
 */
final class OperatorAudit {
    static final String LOGGER = "io.trolleybus.audit";

    private static final Logger LOG = LogManager.getLogger(LOGGER);
    private static final String CALLER = "caller";
    private static final String OWN_ACCOUNT = "/users/me";

    private final ClientAddress clients;
    private final FirstOfAMinute first;

    /** What is told once a minute. A hash will do for the path, which may be long. */
    private record Repeated(String principal, String operation, int path) {}

    OperatorAudit(InstantSource clock, ClientAddress clients) {
        this.clients = clients;
        this.first = new FirstOfAMinute(clock);
    }

    /** Remembers with the request who sent it, permitted or not. */
    static void identified(RoutingContext routing, Caller caller) {
        routing.put(CALLER, caller);
    }

    /** To be called once for each request, when its answer is known. */
    void note(Operation operation, RoutingContext routing, Trace trace, String requestId, int status) {
        Caller caller = routing.get(CALLER);
        if (caller == null || !inTheRole(operation, routing, caller.principal())) {
            return;
        }
        Principal principal = caller.principal();
        HttpServerRequest request = routing.request();
        boolean refused = status == ProblemType.FORBIDDEN.status();
        boolean repeats = refused || request.method().equals(HttpMethod.GET);
        String path = String.valueOf(request.path());
        if (repeats && !first.is(new Repeated(principal.name(), operation.id(), refused ? 0 : path.hashCode()))) {
            return;
        }
        Map<String, String> fields = Map.of(
                TraceLog.SERVICE_NAME,
                GatewayVerticle.NAME,
                TraceLog.TRACE_ID,
                trace.traceId(),
                TraceLog.SPAN_ID,
                trace.spanId(),
                "event.action",
                operation.id(),
                "user.id",
                Objects.toString(principal.userId()),
                "client.ip",
                clients.whole(request),
                "http.request.id",
                requestId,
                "http.request.method",
                request.method().name(),
                "http.response.status_code",
                Integer.toString(status),
                "url.path",
                path);
        try (var context = CloseableThreadContext.putAll(fields)) {
            LOG.info(
                    "{} called {}: {} {} answered {}",
                    principal.name(),
                    operation.id(),
                    request.method(),
                    path,
                    status);
        }
    }

    private static boolean inTheRole(Operation operation, RoutingContext routing, Principal principal) {
        if (operation.access() == Access.OPERATOR) {
            return true;
        }
        UUID own = principal.userId();
        return operation.access() == Access.USER
                && principal.isOperator()
                && !operation.path().contains(OWN_ACCOUNT)
                && !(own != null && own.toString().equalsIgnoreCase(routing.pathParam("id")));
    }
}
