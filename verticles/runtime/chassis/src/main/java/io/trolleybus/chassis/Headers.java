package io.trolleybus.chassis;

/** The headers of our bus messages. */
final class Headers {
    /** UUID of the message, the same for every retry. */
    static final String ID = "id";
    /** Milliseconds that the sender still waits. */
    static final String TIMEOUT_MS = "timeout-ms";
    /** W3C trace context. */
    static final String TRACEPARENT = "traceparent";
    /** Name of the service that sends. */
    static final String SENDER = "sender";
    /** Name of the principal it acts for. */
    static final String PRINCIPAL = "principal";
    /** The principal's roles, separated by commas. */
    static final String ROLES = "roles";
    /** When the seal expires, in milliseconds since 1970. */
    static final String EXPIRES_MS = "expires-ms";
    /** {@link Seal} over the above. */
    static final String SEAL = "seal";

    private Headers() {}
}
