package io.trolleybus.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.TimeLimit;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.gateway.Operation.Content;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What every request passes on its way to an action and back: trace, identity, limits, body; then the answer, or the
 * problem that any failure becomes. For one event loop.
 */
final class Front {
    private static final TraceLog STORY = new TraceLog(Front.class, GatewayVerticle.NAME);
    static final String CONNECTION = "Connection";
    /** HTTP/2's code for a stream that is given up (RFC 9113, section 7). */
    private static final long CANCEL = 8;

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Future<Buffer> NO_BODY = Future.succeededFuture(Buffer.buffer());

    private final Node node;
    private final Tracing tracing;
    private final Admission admission;
    private final ConcurrencyLimit concurrency;
    private final Connections connections;
    private final ResponseHeaders headers;
    private final Patience patience;
    private final RequestBody bodies;
    private final OperatorAudit audit;
    private final double sampleRatio;

    Front(
            Node node,
            Admission admission,
            ConcurrencyLimit concurrency,
            Connections connections,
            ResponseHeaders headers,
            Patience patience,
            OperatorAudit audit,
            double sampleRatio) {
        this.node = node;
        this.tracing = node.tracing().of(GatewayVerticle.NAME);
        this.admission = admission;
        this.concurrency = concurrency;
        this.connections = connections;
        this.headers = headers;
        this.patience = patience;
        this.bodies = new RequestBody(node.vertx(), patience);
        this.audit = audit;
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
            String requestId = requestIdOf(request);
            connections.moved(request.connection());
            Future<Buffer> body =
                    operation.content() == Content.NONE ? NO_BODY : bodies.read(request, operation.content());
            Future<Answer> answering = concurrency.isFull() && !operation.isVital()
                    ? Future.failedFuture(ConcurrencyLimit.overloaded())
                    : tracing.around(
                            operation.spanName(),
                            SpanKind.SERVER,
                            trace,
                            inner -> answer(routing, requestId, inner, body));
            answering
                    .otherwise(cause -> problem(rejectionOf(cause, request, trace), request, trace))
                    // A body that is still on its way is let in first, so that the next request finds a clean
                    // connection.
                    .onComplete(answered -> body.onComplete(read -> {
                        Answer answer = answered.result().with(operation.headers(routing.normalizedPath()));
                        // Before the answer, so that nothing is answered that was not told.
                        audit.note(operation, routing, trace, requestId, answer.status());
                        respond(request, trace, requestId, answer).onComplete(sent -> ConcurrencyLimit.leave(routing));
                        timer.record(System.nanoTime() - startedNs, TimeUnit.NANOSECONDS);
                        if (answer.status() >= ProblemType.INTERNAL.status()) {
                            errors.increment();
                        }
                    }));
        }

        /** A rejection is an answer like others; only outages and bugs leave the span as failures. */
        private Future<Answer> answer(RoutingContext routing, String requestId, Trace trace, Future<Buffer> body) {
            HttpServerRequest request = routing.request();
            return admission
                    .admit(operation.access(), request)
                    .onSuccess(caller -> OperatorAudit.identified(routing, caller))
                    .compose(caller -> Admission.permitted(operation.access(), caller))
                    .compose(caller -> body.compose(whole -> {
                        if (request.response().closed()) {
                            return Future.failedFuture(gone());
                        }
                        // Not before, or those whose bodies arrive slowly would keep the others out.
                        if (!operation.isVital()) {
                            concurrency.take(routing, caller);
                        }
                        return action.answer(new Exchange(routing, operation, requestId, trace, caller, whole));
                    }))
                    .recover(cause -> cause instanceof Rejected rejected
                            ? Future.succeededFuture(problem(rejected, request, trace))
                            : Future.failedFuture(cause));
        }
    }

    private static Rejected gone() {
        return Rejected.because(ProblemType.REQUEST_TIMEOUT, "Nobody waits for the answer any more.");
    }

    Desk desk(Operation operation, Action action) {
        return new Desk(operation, action, node.meters());
    }

    /** Answers a request that has come to no action. */
    void reject(HttpServerRequest request, Rejected rejected) {
        Trace trace = traceOf(request);
        respond(request, trace, requestIdOf(request), problem(rejected, request, trace));
    }

    /** Answers a request that needs no action. */
    void answer(HttpServerRequest request, Answer answer) {
        respond(request, traceOf(request), requestIdOf(request), answer);
    }

    /** Answers a request whose way to an action has failed. */
    void fail(HttpServerRequest request, Throwable cause) {
        Trace trace = traceOf(request);
        respond(request, trace, requestIdOf(request), problem(rejectionOf(cause, request, trace), request, trace));
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
        String path = request.decoderResult().isFailure() ? null : request.path();
        String instance = path == null || !path.startsWith("/") ? "/" : path;
        return Answer.problem(rejected, instance, trace.traceId());
    }

    /** Completes when all is sent, or a stream has begun. */
    private Future<Void> respond(HttpServerRequest request, Trace trace, String requestId, Answer answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        response.setStatusCode(answer.status()).putHeader("X-Request-Id", requestId);
        headers.put(request, answer);
        boolean unread = isUnread(request);
        boolean last = !isMultiplexed(request) && (unread || answer.headers().containsKey(CONNECTION));
        if (last) {
            response.putHeader(CONNECTION, "close");
            connections.ending(request.connection());
        }
        Answer.Stream stream = answer.stream();
        if (stream != null) {
            response.setChunked(true).putHeader("Content-Type", answer.contentType());
            stream.begin(response, () -> connections.moved(request.connection()));
            tell(request, trace, requestId, answer);
            return Future.succeededFuture();
        }
        Buffer body = answer.body();
        Future<Void> sent = body == null
                ? response.end()
                : response.putHeader("Content-Type", answer.contentType()).end(body);
        tell(request, trace, requestId, answer);
        return inTime(sent, request).onComplete(done -> leave(request, unread, last));
    }

    /** A connection that stands still is closed as a whole, but with HTTP/2 one stream may while others move. */
    private Future<Void> inTime(Future<Void> sent, HttpServerRequest request) {
        return isMultiplexed(request)
                ? TimeLimit.within(patience.stepMs(), node.vertx(), sent)
                        .onFailure(late -> request.response().reset(CANCEL))
                : sent;
    }

    /** Left to itself the server would wait for the rest of a request that does not come. */
    private void leave(HttpServerRequest request, boolean unread, boolean last) {
        if (unread) {
            connections.endAfter(node.vertx(), request);
        } else if (last) {
            request.connection().close();
        } else {
            connections.moved(request.connection());
        }
    }

    /** Whether the connection carries other requests meanwhile. */
    static boolean isMultiplexed(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2;
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
        if (request.isEnded()) {
            return false;
        }
        String length = request.getHeader("Content-Length");
        return length == null
                ? isMultiplexed(request) || request.getHeader("Transfer-Encoding") != null
                : !length.equals("0");
    }

    private String requestIdOf(HttpServerRequest request) {
        String given = request.getHeader("X-Request-Id");
        return given != null && REQUEST_ID.matcher(given).matches()
                ? given
                : node.ids().get().toString();
    }
}
