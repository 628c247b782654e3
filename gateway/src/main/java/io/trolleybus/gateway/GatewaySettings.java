package io.trolleybus.gateway;

import io.trolleybus.chassis.PemIdentity;
import io.trolleybus.chassis.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may choose.
 *
 * @param sampleRatio the part of requests without a {@code traceparent} whose trace is recorded, 0 to 1
 * @param externalServices what is registered on behalf of services that cannot do so themselves
 * @param oidc whose tokens are taken beside our own; null if nobody's
 */
public record GatewaySettings(
        Listener listener,
        Limits limits,
        double sampleRatio,
        List<ExternalService> externalServices,
        @Nullable OidcSettings oidc) {
    public static final String HOST = "gateway.host";
    public static final String PORT = "gateway.port";
    public static final String TLS_CERTIFICATE = "gateway.tls.certificate";
    public static final String TLS_KEY = "gateway.tls.key";
    public static final String CORS_ORIGINS = "gateway.cors-origins";
    public static final String REQUESTS = "gateway.rate.requests";
    public static final String WINDOW_SECONDS = "gateway.rate.window-seconds";
    public static final String LOGINS_PER_MINUTE = "gateway.rate.logins-per-minute";
    public static final String TRUSTED_PROXIES = "gateway.trusted-proxies";
    public static final String MAX_REQUESTS = "gateway.max-requests";
    public static final String MAX_CONNECTIONS = "gateway.max-connections";
    public static final String SAMPLE_RATIO = "tracing.sample-ratio";

    private static final int MAX_PORT = 65_535;
    private static final int MAX_LIMIT = 1_000_000;
    private static final int MAX_WINDOW_S = 3_600;
    private static final int MINUTE_S = 60;

    /**
     * Where it listens, and for whom.
     *
     * @param tls null if it speaks plain HTTP
     * @param origins whose pages may read its answers
     */
    public record Listener(String host, int port, @Nullable Tls tls, List<String> origins) {}

    /** Where clients find it. */
    public String url() {
        return (listener.tls == null ? "http" : "https") + "://" + listener.host + ':' + listener.port;
    }

    /** Where the certificate is that clients are shown, and its key. */
    public record Tls(PemIdentity.Source certificate, PemIdentity.Source key) {
        /** @throws IllegalArgumentException naming the key whose file is no good */
        PemIdentity read() {
            return PemIdentity.read(certificate, key);
        }
    }

    /**
     * How much is let in. Requests and logins are counted by all gateways of a cluster together.
     *
     * @param requests for each principal, and for each address of those without a token, in each window
     * @param loginsPerMinute for each address and each account
     * @param trustedProxies addresses and networks whose {@code X-Forwarded-For} is believed
     * @param maxRequests that this gateway answers at a time
     * @param maxConnections for this gateway
     */
    public record Limits(
            int requests,
            int windowSeconds,
            int loginsPerMinute,
            List<String> trustedProxies,
            int maxRequests,
            int maxConnections) {
        Quota ofRequests() {
            return new Quota(requests, windowSeconds);
        }

        Quota ofLogins() {
            return new Quota(loginsPerMinute, MINUTE_S);
        }
    }

    /** @throws IllegalArgumentException naming the key whose value is missing or impossible */
    public static GatewaySettings from(Settings settings) {
        return new GatewaySettings(
                new Listener(settings.text(HOST), settings.number(PORT, 0, MAX_PORT), tls(settings), origins(settings)),
                new Limits(
                        settings.number(REQUESTS, 1, MAX_LIMIT),
                        settings.number(WINDOW_SECONDS, 1, MAX_WINDOW_S),
                        settings.number(LOGINS_PER_MINUTE, 1, MAX_LIMIT),
                        proxies(settings.list(TRUSTED_PROXIES)),
                        settings.number(MAX_REQUESTS, ConcurrencyLimit.SHARE, MAX_LIMIT),
                        settings.number(MAX_CONNECTIONS, 1, MAX_LIMIT)),
                ratio(settings.text(SAMPLE_RATIO)),
                ExternalService.from(settings),
                OidcSettings.from(settings));
    }

    private static @Nullable Tls tls(Settings settings) {
        if (settings.textOrEmpty(TLS_CERTIFICATE).isEmpty()
                && settings.textOrEmpty(TLS_KEY).isEmpty()) {
            return null;
        }
        var tls = new Tls(
                new PemIdentity.Source(TLS_CERTIFICATE, settings.text(TLS_CERTIFICATE)),
                new PemIdentity.Source(TLS_KEY, settings.text(TLS_KEY)));
        tls.read();
        return tls;
    }

    private static List<String> origins(Settings settings) {
        List<String> origins = settings.list(CORS_ORIGINS);
        try {
            new CrossOrigin(origins);
            return origins;
        } catch (IllegalArgumentException notAnOrigin) {
            throw new IllegalArgumentException(CORS_ORIGINS + ": " + notAnOrigin.getMessage(), notAnOrigin);
        }
    }

    private static List<String> proxies(List<String> texts) {
        try {
            ClientAddress.behind(texts);
            return texts;
        } catch (IllegalArgumentException notAnAddress) {
            throw new IllegalArgumentException(TRUSTED_PROXIES + ": " + notAnAddress.getMessage(), notAnAddress);
        }
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
