package io.trolleybus.provider;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.Serial;

/** Reads a request's body and stops at a limit, which Vert.x by itself does not have. */
final class BoundedBody {
    static final int MAX_BODY_BYTES = 16 * 1024;

    private final HttpServerRequest request;
    private final Promise<Buffer> whole = Promise.promise();
    private Buffer soFar = Buffer.buffer();

    private BoundedBody(HttpServerRequest request) {
        this.request = request;
    }

    /** Fails with {@link TooLong} as soon as the limit is passed; the connection then closes after the answer. */
    static Future<Buffer> read(HttpServerRequest request) {
        BoundedBody body = new BoundedBody(request);
        request.handler(body::add)
                .endHandler(end -> body.whole.tryComplete(body.soFar))
                .exceptionHandler(body.whole::tryFail);
        return body.whole.future();
    }

    private void add(Buffer chunk) {
        if (soFar.length() + chunk.length() <= MAX_BODY_BYTES) {
            soFar.appendBuffer(chunk);
        } else if (!whole.future().isComplete()) {
            request.handler(rest -> {});
            // Set first, since failing sends the answer.
            request.response().putHeader("connection", "close");
            whole.fail(new TooLong());
        }
    }

    /** The body passed the limit. */
    static final class TooLong extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        TooLong() {
            super("a body may have at most " + MAX_BODY_BYTES + " bytes", null, false, false);
        }
    }
}
