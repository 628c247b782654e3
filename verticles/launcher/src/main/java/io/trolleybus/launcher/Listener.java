package io.trolleybus.launcher;

/**
 * An address that this process will listen on.
 *
 * @param key of the port in the configuration, for the message when it is taken
 */
public record Listener(String key, String host, int port) {
    String url() {
        return "http://" + host + ':' + port;
    }

    StartupFailure taken() {
        return new StartupFailure("port " + port + " (" + key + ") is taken by another program; free it or set "
                + Configuration.variableOf(key));
    }
}
