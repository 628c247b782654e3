package io.trolleybus.launcher;

import java.io.Serial;

/** The platform cannot start, for a reason outside its code. The message is the one line that its user reads. */
public final class StartupFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public StartupFailure(String message) {
        super(message);
    }

    public StartupFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
