package io.trolleybus.launcher;

import java.util.Locale;

/**
 * An address that this process will listen on.
 *
 * @param key of the port in the configuration, for the message when it is taken
 */
public record Listener(String key, String host, int port) {
    StartupFailure taken() {
        return new StartupFailure("port " + port + " (" + key + ") is taken by another program; free it or set "
                + Configuration.ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_'));
    }
}
