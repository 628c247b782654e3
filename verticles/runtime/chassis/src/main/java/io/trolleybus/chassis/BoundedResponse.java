package io.trolleybus.chassis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/** Reads the whole body of what somebody answers, unless that is more than is wanted. */
public final class BoundedResponse {
    /** The body had more bytes than it may. */
    public static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLarge(int maxBytes) {
            super("more than " + maxBytes + " bytes", null, false, false);
        }
    }

    private BoundedResponse() {}

    /**
     * To be called before the event loop turns to anything else. Fails with {@link TooLarge}, and has the connection
     * closed then, so that the rest does not come.
     */
    public static Future<Buffer> read(HttpClientResponse response, int maxBytes) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
            } else if (whole.tryFail(new TooLarge(maxBytes))) {
                response.request().reset();
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }
}
