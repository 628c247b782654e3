package io.trolleybus.chassis;

import java.io.Serial;

/**
 * A service does not start, for a reason that whoever starts it can mend. The message is the one line that they read.
 */
public final class StartRefused extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public StartRefused(String message) {
        super(message);
    }
}
