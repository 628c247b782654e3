package io.trolleybus.launcher;

/**
 * An address that this process will listen on.
 *
 * @param key of the port in the configuration, for the message when it is taken
 */
public record Listener(String key, String host, int port) {
    static final int MAX_PORT = 65_535;

    /** @param name of the part that listens, whose host and port are configured */
    static Listener of(Configuration configuration, String name) {
        String host = configuration.text(name + ".host");
        if (host.isBlank()) {
            throw configuration.impossible(name + ".host", "a host name or address");
        }
        String portKey = name + ".port";
        return new Listener(portKey, host, configuration.number(portKey, 1, MAX_PORT));
    }

    /** Before slow steps, so that a taken port is told at once. */
    void requireFree() {
        if (!PortOccupant.isFree(port)) {
            throw taken();
        }
    }

    String url() {
        return "http://" + host + ':' + port;
    }

    StartupFailure taken() {
        return new StartupFailure("port " + port + " (" + key + ") is taken by another program; free it or set "
                + Configuration.variableOf(key));
    }
}
