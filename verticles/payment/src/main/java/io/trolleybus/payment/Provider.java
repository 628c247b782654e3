package io.trolleybus.payment;

import io.trolleybus.chassis.Breakers;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.Tracing;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Refusals;
import io.trolleybus.payment.ProviderHttp.Answer;
import io.trolleybus.payment.ProviderHttp.Request;
import io.trolleybus.payment.ProviderMessages.ChargeAnswer;
import io.trolleybus.payment.ProviderMessages.ChargeRequest;
import io.trolleybus.payment.ProviderMessages.RefundAnswer;
import io.trolleybus.payment.ProviderMessages.RefundRequest;
import io.trolleybus.payment.domain.Payment;
import io.trolleybus.payment.domain.Refund;
import io.trolleybus.payment.domain.RefundVerdict;
import io.trolleybus.payment.domain.Verdict;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/**
 * The payment provider over HTTP, behind a circuit breaker. Nothing is repeated here: whoever calls knows whether that
 * is safe. Every future fails with {@link UnavailableException} if there was no answer, or none that decides anything,
 * and with {@link IllegalStateException} if the provider does not keep to its contract.
 *
 * <p>For one event loop.
 */
final class Provider {
    private static final String VOIDED = "voided";
    private final ProviderHttp http;

    Provider(Vertx vertx, URI url, Tracing tracing, Breakers.Caller breakers) {
        this.http = new ProviderHttp(vertx, url, tracing, breakers);
    }

    /** Asks for the money, once however often it is asked under the payment's id. */
    Future<Verdict> charge(Payment payment, String token, Trace trace) {
        var body = new ChargeRequest(payment.id(), payment.orderId(), payment.amount(), token);
        return http.exchange(new Request("charge", HttpMethod.POST, "/charges", payment.id(), body), trace)
                .map(answer -> switch (answer.status()) {
                    case 201, 402, 409 -> verdict(answer);
                    // Refused as it stands, so it never will be captured.
                    case 400 -> new Verdict.Declined("invalid_request");
                    default -> throw unexpected("charge", answer);
                });
    }

    /** What the provider has decided about a charge; empty if it has not seen it. */
    Future<Optional<Verdict>> ask(UUID paymentId, Trace trace) {
        return http.exchange(new Request("ask", HttpMethod.GET, "/charges/" + paymentId, null, null), trace)
                .map(answer -> switch (answer.status()) {
                    case 200 -> Optional.of(verdict(answer));
                    case 404 -> Optional.<Verdict>empty();
                    default -> throw unexpected("question", answer);
                });
    }

    /** What stands in the provider's books of a payment: nothing, if it has not seen or not captured it. */
    Future<Books> books(UUID paymentId, Trace trace) {
        return http.exchange(new Request("books", HttpMethod.GET, "/charges/" + paymentId, null, null), trace)
                .map(answer -> switch (answer.status()) {
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
        return http.exchange(new Request("void", HttpMethod.POST, path, payment.id(), null), trace)
                .map(answer -> switch (answer.status()) {
                    case 200, 409 -> verdict(answer);
                    default -> throw unexpected("void", answer);
                });
    }

    /** Gives money back, once however often it is asked under the refund's id. */
    Future<RefundVerdict> refund(Payment payment, Refund refund, Trace trace) {
        String path = "/charges/" + payment.id() + "/refunds";
        var body = new RefundRequest(refund.amount());
        return http.exchange(new Request("refund", HttpMethod.POST, path, refund.id(), body), trace)
                .map(answer -> switch (answer.status()) {
                    case 201 -> refundVerdict(answer);
                    case 404 -> new RefundVerdict.Declined("unknown_charge");
                    case 409 ->
                        isVoided(answer) ? refundVerdict(answer) : new RefundVerdict.Declined("exceeds_captured");
                    // Refused as it stands, so it never will be made.
                    case 400, 422 -> new RefundVerdict.Declined("invalid_request");
                    default -> throw unexpected("refund", answer);
                });
    }

    /** What the provider has made of a refund; empty if it has made nothing of it. */
    Future<Optional<RefundVerdict>> askRefund(Payment payment, Refund refund, Trace trace) {
        String path = "/charges/" + payment.id() + "/refunds/" + refund.id();
        return http.exchange(new Request("ask-refund", HttpMethod.GET, path, null, null), trace)
                .map(answer -> switch (answer.status()) {
                    case 200 -> Optional.of(refundVerdict(answer));
                    case 404 -> Optional.<RefundVerdict>empty();
                    default -> throw unexpected("question", answer);
                });
    }

    /** Makes sure that a refund which is not made yet never will be. */
    Future<RefundVerdict> voidRefund(Payment payment, Refund refund, Trace trace) {
        String path = "/charges/" + payment.id() + "/refunds/" + refund.id() + "/void";
        return http.exchange(new Request("void-refund", HttpMethod.POST, path, refund.id(), null), trace)
                .map(answer -> switch (answer.status()) {
                    case 200, 409 -> refundVerdict(answer);
                    default -> throw unexpected("void of a refund", answer);
                });
    }

    Future<Void> close() {
        return http.close();
    }

    /** Whether a failure means that the provider cannot have seen the request. */
    static boolean wasNotSent(Throwable failure) {
        return failure.getCause() instanceof OpenCircuitException || failure.getCause() instanceof ConnectException;
    }

    /** Whether a failure means that the provider has seen the request, and says that it could not do it. */
    static boolean wasUnable(Throwable failure) {
        return failure.getCause() instanceof ProviderHttp.UnableException;
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
        if (isVoided(answer)) {
            return new RefundVerdict.Declined(Refusals.WITHDRAWN);
        }
        throw unexpected("refund", answer);
    }

    private static boolean isVoided(Answer answer) {
        return VOIDED.equals(answer.read(RefundAnswer.class).status());
    }

    private static IllegalStateException unexpected(String request, Answer answer) {
        return new IllegalStateException("the provider answered a " + request + " with status " + answer.status());
    }
}
