package io.trolleybus.gateway;

import io.trolleybus.gateway.Operation.Content;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole bodies of requests, which must be neither large nor slow, and JSON where that is taken only; nor may too
 * much of them be on its way at a time. For one event loop.
 */
final class RequestBody {
    static final int MAX_BYTES = 256 * 1024;
    /** Of all together, so that slow clients cannot fill a node's heap. */
    private static final int MAX_ARRIVING_BYTES = 16 * 1024 * 1024;

    private static final String JSON = "application/json";

    private final Vertx vertx;
    private final Patience patience;
    private int arrivingBytes;

    RequestBody(Vertx vertx, Patience patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** To be called before the event loop turns to anything else. Fails with {@link Rejected}. */
    Future<Buffer> read(HttpServerRequest request, Content content) {
        if (content == Content.JSON && !isJson(request.getHeader("Content-Type"))) {
            return Future.failedFuture(
                    Rejected.because(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The content type must be " + JSON + '.'));
        }
        if (declaredBytes(request) > MAX_BYTES) {
            return Future.failedFuture(tooLarge());
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        long timer = vertx.setTimer(
                patience.bodyMs(),
                tick -> whole.tryFail(Rejected.withHeader(
                        ProblemType.REQUEST_TIMEOUT, "The body did not arrive in time.", "Connection", "close")));
        request.handler(chunk -> {
            if (whole.future().isComplete()) {
                return;
            }
            if (body.length() + chunk.length() > MAX_BYTES) {
                whole.tryFail(tooLarge());
            } else if (arrivingBytes + chunk.length() > MAX_ARRIVING_BYTES) {
                whole.tryFail(ConcurrencyLimit.overloaded());
            } else {
                body.appendBuffer(chunk);
                arrivingBytes += chunk.length();
            }
        });
        request.exceptionHandler(cause -> whole.tryFail(brokenOff()));
        request.endHandler(end -> whole.tryComplete(body));
        return whole.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            arrivingBytes -= body.length();
        });
    }

    /** It is not our failure if the client goes away in the middle, or sends chunks that are none. */
    private static Rejected brokenOff() {
        return Rejected.withHeader(ProblemType.INVALID, "The body broke off.", "Connection", "close");
    }

    private static Rejected tooLarge() {
        return Rejected.because(ProblemType.BODY_TOO_LARGE, "A body has at most " + MAX_BYTES + " bytes.");
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null || JSON.equals(contentType)) {
            return contentType != null;
        }
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(JSON);
    }

    private static long declaredBytes(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException beyondAnyLimit) {
            return Long.MAX_VALUE;
        }
    }
}
