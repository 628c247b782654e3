package io.trolleybus.gateway;

import io.trolleybus.chassis.Settings;

/**
 * What an operator may choose. The limits hold for each instance of the gateway.
 *
 * @param requestsPerSecond for each principal, and for each address of those without a token
 * @param loginsPerMinute for each address
 * @param sampleRatio the part of requests without a {@code traceparent} whose trace is recorded, 0 to 1
 */
public record GatewaySettings(
        String host, int port, int requestsPerSecond, int loginsPerMinute, int maxConnections, double sampleRatio) {
    public static final String HOST = "gateway.host";
    public static final String PORT = "gateway.port";
    public static final String REQUESTS_PER_SECOND = "gateway.rate.requests-per-second";
    public static final String LOGINS_PER_MINUTE = "gateway.rate.logins-per-minute";
    public static final String MAX_CONNECTIONS = "gateway.max-connections";
    public static final String SAMPLE_RATIO = "tracing.sample-ratio";

    private static final int MAX_PORT = 65_535;
    private static final int MAX_LIMIT = 1_000_000;

    /** @throws IllegalArgumentException naming the key whose value is missing or impossible */
    public static GatewaySettings from(Settings settings) {
        return new GatewaySettings(
                settings.text(HOST),
                settings.number(PORT, 0, MAX_PORT),
                settings.number(REQUESTS_PER_SECOND, 1, MAX_LIMIT),
                settings.number(LOGINS_PER_MINUTE, 1, MAX_LIMIT),
                settings.number(MAX_CONNECTIONS, 1, MAX_LIMIT),
                ratio(settings.text(SAMPLE_RATIO)));
    }

    private static double ratio(String value) {
        try {
            double ratio = Double.parseDouble(value);
            if (ratio >= 0 && ratio <= 1) {
                return ratio;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below, together with a number out of range.
        }
        throw new IllegalArgumentException(SAMPLE_RATIO + " must be a number from 0 to 1, not '" + value + "'");
    }
}
