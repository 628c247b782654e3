package io.trolleybus.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.chassis.UnavailableException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes on its way to an action and back: trace, identity, limits, body; then the answer, or the
 * problem that any failure becomes. For one event loop.
 */
final class Front {
    private static final TraceLog STORY = new TraceLog(Front.class, GatewayVerticle.NAME);
    private static final String CONNECTION = "Connection";
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Future<Buffer> NO_BODY = Future.succeededFuture(Buffer.buffer());

    private final Node node;
    private final Tracing tracing;
    private final Admission admission;
    private final Connections connections;
    private final Patience patience;
    private final double sampleRatio;

    Front(Node node, Admission admission, Connections connections, Patience patience, double sampleRatio) {
        this.node = node;
        this.tracing = node.tracing().of(GatewayVerticle.NAME);
        this.admission = admission;
        this.connections = connections;
        this.patience = patience;
        this.sampleRatio = sampleRatio;
    }

    /** One operation with its action and its clock, ready to be mounted. */
    final class Desk {
        private final Operation operation;
        private final Action action;
        private final Timer timer;
        private final Counter errors;

        Desk(Operation operation, Action action, MeterRegistry meters) {
            this.operation = operation;
            this.action = action;
            this.timer = meters.timer("trolleybus_gateway_operation", "operation", operation.id());
            this.errors = meters.counter("trolleybus_gateway_errors", "operation", operation.id());
        }

        void serve(RoutingContext routing) {
            long startedNs = System.nanoTime();
            HttpServerRequest request = routing.request();
            Trace trace = traceOf(request);
            connections.moved(request.connection());
            Future<Buffer> body =
                    operation.body() == null ? NO_BODY : RequestBody.read(node.vertx(), request, patience);
            tracing.around(operation.spanName(), SpanKind.SERVER, trace, inner -> answer(routing, inner, body))
                    .otherwise(cause -> problem(rejectionOf(cause, request, trace), request, trace))
                    // A body that is still on its way is let in first, so that the next request finds a clean
                    // connection.
                    .onComplete(answered -> body.onComplete(read -> {
                        respond(request, trace, answered.result());
                        timer.record(System.nanoTime() - startedNs, TimeUnit.NANOSECONDS);
                        if (answered.result().status() >= ProblemType.INTERNAL.status()) {
                            errors.increment();
                        }
                    }));
        }

        /** A rejection is an answer like others; only outages and bugs leave the span as failures. */
        private Future<Answer> answer(RoutingContext routing, Trace trace, Future<Buffer> body) {
            HttpServerRequest request = routing.request();
            return admission
                    .admit(operation.access(), request)
                    .compose(caller -> body.compose(
                            whole -> action.answer(new Exchange(routing, operation, trace, caller, whole))))
                    .recover(cause -> cause instanceof Rejected rejected
                            ? Future.succeededFuture(problem(rejected, request, trace))
                            : Future.failedFuture(cause));
        }
    }

    Desk desk(Operation operation, Action action) {
        return new Desk(operation, action, node.meters());
    }

    /** Answers a request that has come to no action. */
    void reject(HttpServerRequest request, Rejected rejected) {
        Trace trace = traceOf(request);
        respond(request, trace, problem(rejected, request, trace));
    }

    /** Answers a request whose way to an action has failed. */
    void fail(HttpServerRequest request, Throwable cause) {
        Trace trace = traceOf(request);
        respond(request, trace, problem(rejectionOf(cause, request, trace), request, trace));
    }

    private Trace traceOf(HttpServerRequest request) {
        Trace given = Trace.parse(request.getHeader("traceparent"));
        return given != null ? given : Trace.root(node.random(), node.random().nextDouble() < sampleRatio);
    }

    private static Rejected rejectionOf(Throwable cause, HttpServerRequest request, Trace trace) {
        if (cause instanceof Rejected rejected) {
            return rejected;
        }
        if (cause instanceof BusyException) {
            return Rejected.because(ProblemType.BUSY, "Try again soon.");
        }
        if (cause instanceof UnavailableException) {
            return Rejected.because(ProblemType.UNAVAILABLE, "Try again soon.");
        }
        if (cause instanceof HttpException http && http.getStatusCode() == ProblemType.INVALID.status()) {
            return Rejected.because(ProblemType.INVALID, "The address is not well formed.");
        }
        STORY.error(trace, "url.path", String.valueOf(request.path()), "a request failed", cause);
        return Rejected.because(ProblemType.INTERNAL, "It has been noted under this trace id.");
    }

    private static Answer problem(Rejected rejected, HttpServerRequest request, Trace trace) {
        String instance = request.decoderResult().isFailure() ? "/" : String.valueOf(request.path());
        return Answer.problem(rejected, instance, trace.traceId());
    }

    private void respond(HttpServerRequest request, Trace trace, Answer answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        String requestId = requestIdOf(request.getHeader("X-Request-Id"));
        response.setStatusCode(answer.status())
                .putHeader("X-Request-Id", requestId)
                .putHeader("X-Content-Type-Options", "nosniff");
        if (!answer.headers().containsKey(Answer.CACHE_CONTROL)) {
            response.putHeader(Answer.CACHE_CONTROL, "no-store");
        }
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            response.putHeader(header.getKey(), header.getValue());
        }
        boolean unread = isUnread(request);
        if (unread) {
            response.putHeader(CONNECTION, "close");
        }
        Answer.Stream stream = answer.stream();
        if (stream != null) {
            response.setChunked(true).putHeader("Content-Type", answer.contentType());
            stream.begin(response, () -> connections.moved(request.connection()));
            tell(request, trace, requestId, answer);
            return;
        }
        Buffer body = answer.body();
        Future<Void> sent = body == null
                ? response.end()
                : response.putHeader("Content-Type", answer.contentType()).end(body);
        // Left to itself the server would wait for the rest of a request that does not come.
        boolean last = answer.headers().containsKey(CONNECTION);
        sent.onComplete(done -> {
            if (unread) {
                connections.closeAfter(node.vertx(), request);
            } else if (last) {
                request.connection().close();
            } else {
                connections.moved(request.connection());
            }
        });
        tell(request, trace, requestId, answer);
    }

    private static void tell(HttpServerRequest request, Trace trace, String requestId, Answer answer) {
        STORY.story(
                trace,
                "http.request.id",
                requestId,
                "{} {} answered {}",
                request.method(),
                String.valueOf(request.path()),
                answer.status());
    }

    /** Whether a body that nobody wants is still coming. */
    private static boolean isUnread(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        boolean hasBody = (length != null && !length.equals("0")) || request.getHeader("Transfer-Encoding") != null;
        return hasBody && !request.isEnded();
    }

    private String requestIdOf(@Nullable String given) {
        return given != null && REQUEST_ID.matcher(given).matches()
                ? given
                : node.ids().get().toString();
    }
}
