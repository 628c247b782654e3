package io.trolleybus.payment;

import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Refusals;
import io.trolleybus.payment.ProviderMessages.ChargeAnswer;
import io.trolleybus.payment.ProviderMessages.ChargeRequest;
import io.trolleybus.payment.ProviderMessages.RefundAnswer;
import io.trolleybus.payment.ProviderMessages.RefundRequest;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.Refund;
import io.trolleybus.payment.domain.RefundVerdict;
import io.trolleybus.payment.domain.Verdict;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.OpenCircuitException;
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
import java.net.ConnectException;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The payment provider over HTTP, behind a circuit breaker. Nothing is repeated here: whoever calls knows whether that
 * is safe. Every future fails with {@link UnavailableException} if there was no answer, or none that decides anything,
 * and with {@link IllegalStateException} if the provider does not keep to its contract.
 *
 * <p>For one event loop.
 */
final class Provider {
    /** As many requests at once; further ones wait. */
    static final int MAX_CONNECTIONS = 64;
    /** As many wait for a connection; beyond that the provider counts as out of reach. */
    static final int MAX_WAITING = 2_000;
    /** A request without an answer for so long is given up, and its connection closed. */
    static final int TIMEOUT_MS = 5_000;

    private static final String VOIDED = "voided";
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int MAX_ANSWER_BYTES = 16_384;
    private static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");

    private record Request(
            String name,
            HttpMethod method,
            String path,
            @Nullable UUID key,
            @Nullable Object body) {}

    private record Answer(int status, Buffer body) {
        <T> T read(Class<T> type) {
            return Json.read(body.toString(), type);
        }

        boolean isVoided() {
            return VOIDED.equals(read(RefundAnswer.class).status());
        }
    }

    private final URI url;
    private final HttpClient http;
    private final CircuitBreaker breaker;
    private final Tracing tracing;

    Provider(Vertx vertx, URI url, Tracing tracing, Breakers.Caller breakers) {
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

    /** Asks for the money, once however often it is asked under the payment's id. */
    Future<Verdict> charge(Payment payment, String token, Trace trace) {
        var body = new ChargeRequest(payment.id(), payment.orderId(), payment.amount(), token);
        return exchange(new Request("charge", HttpMethod.POST, "/charges", payment.id(), body), trace)
                .map(answer -> switch (answer.status) {
                    case 201, 402, 409 -> verdict(answer);
                    // Refused as it stands, so it never will be captured.
                    case 400 -> new Verdict.Declined("invalid_request");
                    default -> throw unexpected("charge", answer);
                });
    }

    /** What the provider has decided about a charge; empty if it has not seen it. */
    Future<Optional<Verdict>> ask(UUID paymentId, Trace trace) {
        return exchange(new Request("ask", HttpMethod.GET, "/charges/" + paymentId, null, null), trace)
                .map(answer -> switch (answer.status) {
                    case 200 -> Optional.of(verdict(answer));
                    case 404 -> Optional.<Verdict>empty();
                    default -> throw unexpected("question", answer);
                });
    }

    /** What stands in the provider's books of a payment: nothing, if it has not seen or not captured it. */
    Future<Books> books(UUID paymentId, Trace trace) {
        return exchange(new Request("books", HttpMethod.GET, "/charges/" + paymentId, null, null), trace)
                .map(answer -> switch (answer.status) {
                    case 200 -> {
                        ChargeAnswer charge = answer.read(ChargeAnswer.class);
                        yield new Books(charge.captured(), charge.refunded());
                    }
                    case 404 -> Books.NOTHING;
                    default -> throw unexpected("question", answer);
                });
    }

    /** Makes sure that a charge which is not captured yet never will be. */
    Future<Verdict> voidCharge(Payment payment, Trace trace) {
        String path = "/charges/" + payment.id() + "/void";
        return exchange(new Request("void", HttpMethod.POST, path, payment.id(), null), trace)
                .map(answer -> switch (answer.status) {
                    case 200, 409 -> verdict(answer);
                    default -> throw unexpected("void", answer);
                });
    }

    /** Gives money back, once however often it is asked under the refund's id. */
    Future<RefundVerdict> refund(Payment payment, Refund refund, Trace trace) {
        String path = "/charges/" + payment.id() + "/refunds";
        var body = new RefundRequest(refund.amount());
        return exchange(new Request("refund", HttpMethod.POST, path, refund.id(), body), trace)
                .map(answer -> switch (answer.status) {
                    case 201 -> refundVerdict(answer);
                    case 404 -> new RefundVerdict.Declined("unknown_charge");
                    case 409 ->
                        answer.isVoided() ? refundVerdict(answer) : new RefundVerdict.Declined("exceeds_captured");
                    // Refused as it stands, so it never will be made.
                    case 400, 422 -> new RefundVerdict.Declined("invalid_request");
                    default -> throw unexpected("refund", answer);
                });
    }

    /** What the provider has made of a refund; empty if it has made nothing of it. */
    Future<Optional<RefundVerdict>> askRefund(Payment payment, Refund refund, Trace trace) {
        String path = "/charges/" + payment.id() + "/refunds/" + refund.id();
        return exchange(new Request("ask-refund", HttpMethod.GET, path, null, null), trace)
                .map(answer -> switch (answer.status) {
                    case 200 -> Optional.of(refundVerdict(answer));
                    case 404 -> Optional.<RefundVerdict>empty();
                    default -> throw unexpected("question", answer);
                });
    }

    /** Makes sure that a refund which is not made yet never will be. */
    Future<RefundVerdict> voidRefund(Payment payment, Refund refund, Trace trace) {
        String path = "/charges/" + payment.id() + "/refunds/" + refund.id() + "/void";
        return exchange(new Request("void-refund", HttpMethod.POST, path, refund.id(), null), trace)
                .map(answer -> switch (answer.status) {
                    case 200, 409 -> refundVerdict(answer);
                    default -> throw unexpected("void of a refund", answer);
                });
    }

    Future<Void> close() {
        breaker.close();
        return http.close();
    }

    /** Whether a failure means that the provider cannot have seen the request. */
    static boolean wasNotSent(Throwable failure) {
        return failure.getCause() instanceof OpenCircuitException || failure.getCause() instanceof ConnectException;
    }

    /** Whether a failure means that the provider has seen the request, and says that it could not do it. */
    static boolean wasUnable(Throwable failure) {
        return failure.getCause() instanceof UnableException;
    }

    private static final class UnableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnableException(int status) {
            super("status " + status, null, false, false);
        }
    }

    private Future<Answer> exchange(Request request, Trace parent) {
        return tracing.around("provider." + request.name, SpanKind.CLIENT, parent, trace -> breaker.execute(
                        () -> send(request, trace))
                .recover(Provider::unavailable));
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
                .compose(Provider::read)
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

    private static Verdict verdict(Answer answer) {
        ChargeAnswer charge = answer.read(ChargeAnswer.class);
        if ("captured".equals(charge.status()) && charge.captured() != null) {
            return new Verdict.Captured(charge.captured());
        }
        if ("declined".equals(charge.status()) && charge.code() != null) {
            return new Verdict.Declined(charge.code());
        }
        if (VOIDED.equals(charge.status())) {
            return new Verdict.Voided();
        }
        throw unexpected("charge", answer);
    }

    private static RefundVerdict refundVerdict(Answer answer) {
        RefundAnswer refund = answer.read(RefundAnswer.class);
        if ("refunded".equals(refund.status()) && refund.amount() != null) {
            return new RefundVerdict.Made(refund.amount());
        }
        if (answer.isVoided()) {
            return new RefundVerdict.Declined(Refusals.WITHDRAWN);
        }
        throw unexpected("refund", answer);
    }

    private static IllegalStateException unexpected(String request, Answer answer) {
        return new IllegalStateException("the provider answered a " + request + " with status " + answer.status);
    }
}
