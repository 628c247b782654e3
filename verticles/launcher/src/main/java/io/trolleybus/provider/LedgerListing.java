package io.trolleybus.provider;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Streams what was captured, in order, at the pace of its reader: the whole ledger never stands in memory as text. */
final class LedgerListing {
    private static final int ITEMS_PER_WRITE = 200;

    private final Vertx vertx;
    private final Accounts accounts;
    private final HttpServerResponse response;
    /** What is captured while the listing is under way belongs to the next one. */
    private final int count;

    private int next;

    private LedgerListing(Vertx vertx, Accounts accounts, HttpServerResponse response) {
        this.vertx = vertx;
        this.accounts = accounts;
        this.response = response;
        this.count = accounts.capturedCount();
    }

    static void send(Vertx vertx, Accounts accounts, HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").setChunked(true);
        response.write("{\"items\":[").onSuccess(written -> new LedgerListing(vertx, accounts, response).sendMore());
    }

    private void sendMore() {
        if (next == count) {
            response.end("]}");
            return;
        }
        StringBuilder slice = new StringBuilder();
        int end = Math.min(count, next + ITEMS_PER_WRITE);
        for (; next < end; next++) {
            slice.append(next == 0 ? "" : ",")
                    .append(accounts.capturedAt(next).toLedgerItem().encode());
        }
        // A reader that went away fails the write, which ends the listing. Between two slices others get their turn.
        response.write(slice.toString()).onSuccess(written -> vertx.runOnContext(turn -> sendMore()));
    }
}
