package io.trolleybus.chassis;

/**
 * What was asked for could not be reached in time. It may or may not have been done; the same message id may be sent
 * again.
 */
public sealed class UnavailableException extends RuntimeException permits BreakerOpenException {
    private static final long serialVersionUID = 1L;

    /** @param message for logs: what was out of reach */
    public UnavailableException(String message) {
        this(message, null);
    }

    public UnavailableException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
