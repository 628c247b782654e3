package io.trolleybus.model;

/** The codes of every {@link Refusal}; stable, since clients act on them. */
public final class Refusals {
    public static final String NOT_FOUND = "not-found";
    public static final String FORBIDDEN = "forbidden";
    public static final String INVALID = "invalid";
    public static final String VERSION_CONFLICT = "version-conflict";
    public static final String PRECONDITION_FAILED = "precondition-failed";
    public static final String IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused";
    public static final String IDEMPOTENCY_KEY_IN_FLIGHT = "idempotency-key-in-flight";

    public static final String EMAIL_TAKEN = "email-taken";
    public static final String WEAK_PASSWORD = "weak-password";
    public static final String BAD_CREDENTIALS = "bad-credentials";
    public static final String WRONG_PASSWORD = "wrong-password";
    public static final String TOO_MANY_LOGINS = "too-many-logins";
    public static final String OWN_ACCOUNT = "own-account";
    public static final String LAST_OPERATOR = "last-operator";

    public static final String SKU_TAKEN = "sku-taken";
    public static final String UNKNOWN_PRODUCT = "unknown-product";
    public static final String OUT_OF_STOCK = "out-of-stock";
    public static final String BELOW_RESERVED = "below-reserved";
    public static final String RELEASED = "released";
    public static final String PARTLY_SHIPPED = "partly-shipped";
    public static final String CURRENCY_CHANGED = "currency-changed";

    public static final String MIXED_CURRENCIES = "mixed-currencies";
    public static final String TOTAL_TOO_LARGE = "total-too-large";
    public static final String EXPIRED = "expired";
    public static final String ORDER_STATE = "order-state";
    public static final String NOT_IN_ORDER = "not-in-order";
    public static final String EXCEEDS_ORDERED = "exceeds-ordered";
    public static final String SAGA_STATE = "saga-state";
    public static final String WITHDRAWN = "withdrawn";
    public static final String REFUND_UNDER_WAY = "refund-under-way";

    public static final String REBUILD_UNDER_WAY = "rebuild-under-way";

    public static final String PAYMENT_DECLINED = "payment-declined";
    public static final String PAYMENT_UNAVAILABLE = "payment-unavailable";
    public static final String VOIDED = "voided";
    public static final String REFUND_EXCEEDS_CAPTURED = "refund-exceeds-captured";
    public static final String REFUND_DECLINED = "refund-declined";
    public static final String PROVIDER_FAILED = "provider-failed";

    private Refusals() {}
}
