package io.trolleybus.chassis;

/**
 * What was asked for could not be reached in time. It may or may not have been done; the same message id may be sent
 * again.
 */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean breakerIsOpen;

    /** @param message for logs: what was out of reach */
    public UnavailableException(String message) {
        this(message, null);
    }

    public UnavailableException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        this(message, cause, false);
    }

    private UnavailableException(
            String message, @org.jspecify.annotations.Nullable Throwable cause, boolean breakerIsOpen) {
        super(message, cause, false, false);
        this.breakerIsOpen = breakerIsOpen;
    }

    /** Nothing was sent, since whoever was asked lately did not answer. */
    static UnavailableException breakerIsOpen(String address) {
        return new UnavailableException("the breaker for " + address + " is open", null, true);
    }

    boolean breakerIsOpen() {
        return breakerIsOpen;
    }
}
