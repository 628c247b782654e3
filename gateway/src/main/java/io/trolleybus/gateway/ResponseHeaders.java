package io.trolleybus.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every answer says beside itself: that nothing may be guessed, kept or framed of it, unless it says otherwise
 * (OWASP's REST security cheat sheet), and to which pages of other origins it may be shown. For any thread.
 */
final class ResponseHeaders {
    private static final String POLICY = "Content-Security-Policy";
    private static final String TWO_YEARS = "max-age=63072000; includeSubDomains";

    private final Map<CharSequence, CharSequence> always = new LinkedHashMap<>();
    private final Map<String, CharSequence> unlessSaid = new LinkedHashMap<>();
    private final CrossOrigin origins;

    /** @param isTls whether clients come by TLS, and shall stay there */
    ResponseHeaders(CrossOrigin origins, boolean isTls) {
        this.origins = origins;
        always.put(HttpHeaders.createOptimized("X-Content-Type-Options"), HttpHeaders.createOptimized("nosniff"));
        always.put(HttpHeaders.createOptimized("Referrer-Policy"), HttpHeaders.createOptimized("no-referrer"));
        always.put(
                HttpHeaders.createOptimized("Cross-Origin-Resource-Policy"),
                HttpHeaders.createOptimized("same-origin"));
        if (isTls) {
            always.put(
                    HttpHeaders.createOptimized("Strict-Transport-Security"), HttpHeaders.createOptimized(TWO_YEARS));
        }
        unlessSaid.put(Answer.CACHE_CONTROL, HttpHeaders.createOptimized("no-store"));
        unlessSaid.put(POLICY, HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'"));
    }

    void put(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        always.forEach(response::putHeader);
        unlessSaid.forEach((name, value) -> {
            if (!answer.headers().containsKey(name)) {
                response.putHeader(name, value);
            }
        });
        // HTTP/2 has no such header: there a connection is more than a sequence of requests.
        boolean without = Front.isMultiplexed(request);
        answer.headers().forEach((name, value) -> {
            if (!(without && name.equals(Front.CONNECTION))) {
                response.putHeader(name, value);
            }
        });
        origins.allow(request);
    }
}
