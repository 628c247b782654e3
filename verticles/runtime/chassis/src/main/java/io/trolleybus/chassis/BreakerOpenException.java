package io.trolleybus.chassis;

/** Nothing was sent, since whoever was asked lately did not answer. */
final class BreakerOpenException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    BreakerOpenException(String message) {
        super(message);
    }
}
