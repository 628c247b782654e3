package io.trolleybus.gateway;

import io.trolleybus.model.Refusals;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every kind of problem a client can meet, with its status. The one place where refusals become HTTP. */
enum ProblemType {
    INVALID(Refusals.INVALID, 400, "The request is not valid"),
    WEAK_PASSWORD(Refusals.WEAK_PASSWORD, 400, "The password is too weak"),
    UNAUTHORIZED("unauthorized", 401, "A valid token is needed"),
    BAD_CREDENTIALS(Refusals.BAD_CREDENTIALS, 401, "These credentials are not valid"),
    WRONG_PASSWORD(Refusals.WRONG_PASSWORD, 403, "That is not the current password"),
    FORBIDDEN(Refusals.FORBIDDEN, 403, "This is not allowed"),
    NOT_FOUND(Refusals.NOT_FOUND, 404, "There is no such resource"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "This resource does not take that method"),
    REQUEST_TIMEOUT("request-timeout", 408, "The request took too long to arrive"),
    VERSION_CONFLICT(Refusals.VERSION_CONFLICT, 409, "Somebody else changed it meanwhile"),
    IDEMPOTENCY_KEY_IN_FLIGHT(Refusals.IDEMPOTENCY_KEY_IN_FLIGHT, 409, "A request with this key is still under way"),
    EMAIL_TAKEN(Refusals.EMAIL_TAKEN, 409, "There is an account with this address"),
    SKU_TAKEN(Refusals.SKU_TAKEN, 409, "There is a product with this SKU"),
    OWN_ACCOUNT(Refusals.OWN_ACCOUNT, 409, "Nobody does this to the own account"),
    LAST_OPERATOR(Refusals.LAST_OPERATOR, 409, "There must be an operator"),
    OUT_OF_STOCK(Refusals.OUT_OF_STOCK, 409, "There is not enough in stock"),
    BELOW_RESERVED(Refusals.BELOW_RESERVED, 409, "That much is reserved"),
    RELEASED(Refusals.RELEASED, 409, "The reservation was released"),
    EXPIRED(Refusals.EXPIRED, 409, "The time for this is over"),
    ORDER_STATE(Refusals.ORDER_STATE, 409, "The order is past that, or not there yet"),
    EXCEEDS_ORDERED(Refusals.EXCEEDS_ORDERED, 409, "That much is not left to ship"),
    SAGA_STATE(Refusals.SAGA_STATE, 409, "The saga is past that, or not there yet"),
    WITHDRAWN(Refusals.WITHDRAWN, 409, "An operator withdrew it"),
    REFUND_UNDER_WAY(Refusals.REFUND_UNDER_WAY, 409, "A refund is under way"),
    REBUILD_UNDER_WAY(Refusals.REBUILD_UNDER_WAY, 409, "It is being made anew already"),
    VOIDED(Refusals.VOIDED, 409, "The payment was voided"),
    REFUND_EXCEEDS_CAPTURED(Refusals.REFUND_EXCEEDS_CAPTURED, 409, "That is more than is left to refund"),
    PARTLY_SHIPPED(Refusals.PARTLY_SHIPPED, 409, "Some of it was shipped"),
    PRECONDITION_FAILED(Refusals.PRECONDITION_FAILED, 412, "It is not as you have it any more"),
    BODY_TOO_LARGE("body-too-large", 413, "The body is too large"),
    URI_TOO_LONG("uri-too-long", 414, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The body must be application/json"),
    IDEMPOTENCY_KEY_REUSED(Refusals.IDEMPOTENCY_KEY_REUSED, 422, "This key was used for another request"),
    UNKNOWN_PRODUCT(Refusals.UNKNOWN_PRODUCT, 422, "There is no such product"),
    NOT_IN_ORDER(Refusals.NOT_IN_ORDER, 422, "That is not in the order"),
    CURRENCY_CHANGED(Refusals.CURRENCY_CHANGED, 422, "A product keeps its currency"),
    MIXED_CURRENCIES(Refusals.MIXED_CURRENCIES, 422, "One order has one currency"),
    TOTAL_TOO_LARGE(Refusals.TOTAL_TOO_LARGE, 422, "The total is too large"),
    PAYMENT_DECLINED(Refusals.PAYMENT_DECLINED, 422, "The payment was declined"),
    REFUND_DECLINED(Refusals.REFUND_DECLINED, 422, "The refund was declined"),
    TOO_MANY_REQUESTS("too-many-requests", 429, "Too many requests"),
    TOO_MANY_LOGINS(Refusals.TOO_MANY_LOGINS, 429, "Too many attempts to log in"),
    HEADERS_TOO_LARGE("headers-too-large", 431, "The headers are too large"),
    INTERNAL("internal", 500, "Something is wrong on our side"),
    BAD_GATEWAY("bad-gateway", 502, "The service behind this did not answer as it should"),
    BUSY("busy", 503, "Too much is under way"),
    UNAVAILABLE("unavailable", 503, "A part that is needed does not answer"),
    PAYMENT_UNAVAILABLE(Refusals.PAYMENT_UNAVAILABLE, 503, "The payment provider does not answer"),
    PROVIDER_FAILED(Refusals.PROVIDER_FAILED, 503, "The payment provider could not do it"),
    GATEWAY_TIMEOUT("gateway-timeout", 504, "The service behind this did not answer in time");

    private static final Map<String, ProblemType> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(type -> type.code, Function.identity()));

    private final String code;
    private final int status;
    private final String title;

    ProblemType(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    /** @throws IllegalStateException if a service refuses with a code that has no meaning over HTTP, which is a bug */
    static ProblemType ofRefusal(String code) {
        ProblemType type = BY_CODE.get(code);
        if (type == null) {
            throw new IllegalStateException("no problem type for the refusal " + code);
        }
        return type;
    }

    String uri() {
        return "/problems/" + code;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** Whether the same request can succeed later. */
    boolean isTransient() {
        return status == 503 || status == 429 || this == IDEMPOTENCY_KEY_IN_FLIGHT;
    }
}
