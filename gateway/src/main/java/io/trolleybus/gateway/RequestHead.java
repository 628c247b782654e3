package io.trolleybus.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request's head must be beside what the decoder demands of it already. A proxy in front of us may understand a
 * doubtful head otherwise than we do, and then what is a body to one of us is a request to the other.
 */
final class RequestHead {
    private RequestHead() {}

    /**
     * What is wrong with it, or null. Before HTTP/1.1 there was no Host, and HTTP/2 has another header in its place.
     */
    static @Nullable String faultOf(HttpServerRequest request) {
        List<String> codings = request.headers().getAll("Transfer-Encoding");
        if (!codings.isEmpty() && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"))) {
            return "The only transfer coding that we take is chunked.";
        }
        int hosts = request.headers().getAll("Host").size();
        if (hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1)) {
            return "There must be one Host.";
        }
        if (request.headers().contains("")) {
            return "A header must have a name.";
        }
        String path = request.path();
        return path == null || !path.startsWith("/") ? "The path must begin with a slash." : null;
    }
}
