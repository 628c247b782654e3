package io.trolleybus.payment;

import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.chassis.UnavailableException;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the payment provider, behind a circuit breaker, with limits, and as spans.
 *
 * <p>For one event loop.
 */
final class ProviderHttp {
    /** As many requests at once; further ones wait. */
    static final int MAX_CONNECTIONS = 64;
    /** As many wait for a connection; beyond that the provider counts as out of reach. */
    static final int MAX_WAITING = 2_000;
    /** A request without an answer for so long is given up, and its connection closed. */
    static final int TIMEOUT_MS = 5_000;

    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int MAX_ANSWER_BYTES = 16_384;
    private static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");

    record Request(
            String name,
            HttpMethod method,
            String path,
            @Nullable UUID key,
            @Nullable Object body) {}

    record Answer(int status, Buffer body) {
        <T> T read(Class<T> type) {
            return Json.read(body.toString(), type);
        }
    }

    private final URI url;
    private final HttpClient http;
    private final CircuitBreaker breaker;
    private final Tracing tracing;

    ProviderHttp(Vertx vertx, URI url, Tracing tracing, Breakers.Caller breakers) {
        this.url = checked(url);
        this.tracing = tracing;
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setDefaultHost(url.getHost())
                        .setDefaultPort(portOf(url))
                        .setSsl(isSecure(url))
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setConnectTimeout(CONNECT_TIMEOUT_MS)
                        .setTracingPolicy(TracingPolicy.IGNORE),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_WAITING));
        this.breaker = ProviderBreaker.create(vertx, breakers, url.getHost() + ':' + portOf(url));
    }

    private static URI checked(URI url) {
        if (url.getHost() == null || !("http".equals(url.getScheme()) || isSecure(url))) {
            throw new IllegalArgumentException(
                    PaymentService.PROVIDER_URL + " must be an http or https URL, not " + url);
        }
        return url;
    }

    private static boolean isSecure(URI url) {
        return "https".equals(url.getScheme());
    }

    private static int portOf(URI url) {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return isSecure(url) ? 443 : 80;
    }

    /** The provider has seen the request, and says that it could not do it. */
    static final class UnableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnableException(int status) {
            super("status " + status, null, false, false);
        }
    }

    /** The answer, whatever it says; fails with {@link UnavailableException} if it decides nothing. */
    Future<Answer> exchange(Request request, Trace parent) {
        return tracing.around("provider." + request.name, SpanKind.CLIENT, parent, trace -> breaker.execute(
                        () -> send(request, trace))
                .recover(ProviderHttp::unavailable));
    }

    private Future<Answer> send(Request request, Trace trace) {
        var options = new RequestOptions()
                .setMethod(request.method)
                .setURI(url.getRawPath() + request.path)
                .setTimeout(TIMEOUT_MS)
                .putHeader(TRACEPARENT, trace.traceparent());
        if (request.key != null) {
            options.putHeader(IDEMPOTENCY_KEY, request.key.toString());
        }
        Buffer body = request.body == null ? Buffer.buffer() : Buffer.buffer(Json.write(request.body));
        if (body.length() > 0) {
            options.putHeader(HttpHeaders.CONTENT_TYPE, APPLICATION_JSON);
        }
        return http.request(options)
                .compose(sent -> sent.send(body))
                .compose(ProviderHttp::read)
                .compose(answer -> answer.status >= 500 || answer.status == 429
                        ? Future.failedFuture(new UnavailableException(
                                "the provider answered " + answer.status, new UnableException(answer.status)))
                        : Future.succeededFuture(answer));
    }

    private static Future<Answer> read(HttpClientResponse response) {
        Promise<Answer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
                    if (body.length() + chunk.length() <= MAX_ANSWER_BYTES) {
                        body.appendBuffer(chunk);
                    } else if (whole.tryFail(new UnavailableException("the provider's answer is too long"))) {
                        response.request().reset();
                    }
                })
                .exceptionHandler(whole::tryFail)
                .endHandler(end -> whole.tryComplete(new Answer(response.statusCode(), body)));
        return whole.future();
    }

    /** Whatever broke the exchange, its outcome is open. */
    private static Future<Answer> unavailable(Throwable cause) {
        return Future.failedFuture(
                cause instanceof UnavailableException
                        ? cause
                        : new UnavailableException("the provider did not answer: " + cause.getMessage(), cause));
    }

    Future<Void> close() {
        breaker.close();
        return http.close();
    }
}
