package io.trolleybus.gateway;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the pages of listed origins read our answers (WHATWG Fetch, "CORS protocol"). The browser of whoever has opened
 * any other page keeps them from it. Cookies play no part: a caller shows its token itself. For any thread.
 */
final class CrossOrigin {
    private static final String ORIGIN = "Origin";
    private static final String METHOD_ASKED = "Access-Control-Request-Method";
    private static final String ALLOWED = "Access-Control-Allow-Origin";
    private static final String MAX_AGE_S = "600";

    /** By scheme the port that browsers leave out. */
    private static final Map<String, Integer> USUAL_PORTS = Map.of("http", 80, "https", 443);

    /** What requests may carry. */
    private static final String TAKEN = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
            + "Last-Event-ID, Prefer, traceparent, X-Request-Id";

    /** What pages may read of answers beside what Fetch lets them anyway. */
    private static final String SHOWN = "Deprecation, ETag, Link, Location, Preference-Applied, RateLimit, "
            + "RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate, X-Request-Id";

    private final Set<String> origins;

    /** @throws IllegalArgumentException naming one that is no origin as a browser writes it */
    CrossOrigin(List<String> origins) {
        origins.forEach(CrossOrigin::requireOrigin);
        this.origins = Set.copyOf(origins);
    }

    private static void requireOrigin(String text) {
        boolean good;
        try {
            URI uri = URI.create(text);
            good = uri.getHost() != null
                    && uri.getScheme() != null
                    && USUAL_PORTS.getOrDefault(uri.getScheme(), uri.getPort()) != uri.getPort()
                    && text.equals(uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                            + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        } catch (IllegalArgumentException notAnAddress) {
            good = false;
        }
        if (!good) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an origin, such as https://shop.example or http://localhost:3000, in lower case and"
                    + " without a path");
        }
    }

    /** Says whether the page that asks may read the answer. */
    void allow(HttpServerRequest request) {
        if (origins.isEmpty()) {
            return;
        }
        request.response().headers().add("Vary", ORIGIN);
        String origin = request.getHeader(ORIGIN);
        if (origin != null && origins.contains(origin)) {
            request.response().putHeader(ALLOWED, origin).putHeader("Access-Control-Expose-Headers", SHOWN);
        }
    }

    /**
     * What a browser is told before it sends something of a page's; null if this is no such question of a listed
     * origin.
     *
     * @param methods that the address takes
     */
    @Nullable
    Answer preflight(HttpServerRequest request, Set<String> methods) {
        String origin = request.getHeader(ORIGIN);
        boolean asks = HttpMethod.OPTIONS.equals(request.method())
                && request.getHeader(METHOD_ASKED) != null
                && origin != null
                && origins.contains(origin)
                && !methods.isEmpty();
        return asks
                ? Answer.empty(204)
                        .with("Access-Control-Allow-Methods", String.join(", ", methods))
                        .with("Access-Control-Allow-Headers", TAKEN)
                        .with("Access-Control-Max-Age", MAX_AGE_S)
                : null;
    }
}
