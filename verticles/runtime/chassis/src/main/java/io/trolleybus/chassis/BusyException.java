package io.trolleybus.chassis;

/** A bounded queue is full. Nothing was done; to be tried again later. */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message for logs: what is full */
    public BusyException(String message) {
        super(message, null, false, false);
    }
}
