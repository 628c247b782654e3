package io.trolleybus.provider;

import java.io.Serial;

/** What a client sent cannot be read; the message says which part, and is answered with 400. */
final class MalformedRequest extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    MalformedRequest(String message) {
        // Without a stack trace: it is thrown for every bad request and tells of the client, not of this code.
        super(message, null, false, false);
    }
}
