package io.trolleybus.provider;

import io.trolleybus.provider.Reply.Answer;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * HTTP in, {@link Bank} out. Paths are matched by hand: there are six, and the bank takes part in every measured order.
 */
final class ProviderRoutes implements Handler<HttpServerRequest> {
    private static final Logger LOG = LogManager.getLogger(ProviderRoutes.class);
    private static final int MAX_CONNECTIONS = 1_024;
    private static final String CHARGES = "/charges";
    private static final String CHARGE = CHARGES + "/";
    private static final String REFUNDS = "/refunds";
    private static final String REFUND = REFUNDS + "/";
    private static final String VOID = "/void";
    private static final Reply NO_SUCH_PAGE = error(404, "no such page");
    private static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final Vertx vertx;
    private final Bank bank;
    private final Accounts accounts;
    private final Delays delays;
    private int connections;

    ProviderRoutes(Vertx vertx, Bank bank, Accounts accounts, Delays delays) {
        this.vertx = vertx;
        this.bank = bank;
        this.accounts = accounts;
        this.delays = delays;
    }

    void connected(HttpConnection connection) {
        connections++;
        connection.closeHandler(closed -> connections--);
        if (connections > MAX_CONNECTIONS) {
            connection.close();
        }
    }

    @Override
    public void handle(HttpServerRequest request) {
        TraceLog.note(request);
        if (request.method().equals(HttpMethod.POST)) {
            BoundedBody.read(request)
                    .compose(body -> post(request, body))
                    .recover(ProviderRoutes::refusal)
                    .onSuccess(reply -> send(request, reply));
        } else if (!request.method().equals(HttpMethod.GET)) {
            send(request, error(405, "only GET and POST"));
        } else if (path(request).equals("/ledger")) {
            bank.settled()
                    .onSuccess(settled -> LedgerListing.send(vertx, accounts, request.response()))
                    .onFailure(broken -> send(request, error(503, "the ledger cannot be read")));
        } else {
            get(request).onSuccess(reply -> send(request, reply));
        }
    }

    private Future<Reply> get(HttpServerRequest request) {
        String path = path(request);
        if (!path.startsWith(CHARGE)) {
            return Future.succeededFuture(NO_SUCH_PAGE);
        }
        String[] ids = path.substring(CHARGE.length()).split(REFUND, -1);
        if (!Stream.of(ids).allMatch(Identifier::isWellFormed)) {
            return Future.succeededFuture(NO_SUCH_PAGE);
        }
        return switch (ids.length) {
            case 1 -> bank.find(ids[0]);
            case 2 -> bank.findRefund(ids[0], ids[1]);
            default -> Future.succeededFuture(NO_SUCH_PAGE);
        };
    }

    private Future<Reply> post(HttpServerRequest request, Buffer body) {
        String path = path(request);
        if (path.equals(CHARGES)) {
            return charge(request, body);
        }
        if (path.startsWith(CHARGE) && path.endsWith(REFUNDS)) {
            Money amount = Money.positive(new JsonObject(body).getValue("amount"));
            return bank.refund(paymentId(path, REFUNDS), idempotencyKey(request), amount);
        }
        return path.startsWith(CHARGE) && path.endsWith(VOID)
                ? voidIt(path.substring(CHARGE.length(), path.length() - VOID.length()))
                : Future.succeededFuture(NO_SUCH_PAGE);
    }

    /** A charge, or one refund of it. */
    private Future<Reply> voidIt(String path) {
        int refunds = path.indexOf(REFUND);
        if (refunds < 0) {
            return bank.voidCharge(Identifier.require("paymentId", path));
        }
        return bank.voidRefund(
                Identifier.require("paymentId", path.substring(0, refunds)),
                Identifier.require("refundId", path.substring(refunds + REFUND.length())));
    }

    private Future<Reply> charge(HttpServerRequest request, Buffer body) {
        ChargeRequest charge = ChargeRequest.fromJson(new JsonObject(body));
        if (!charge.paymentId().equals(idempotencyKey(request))) {
            throw new MalformedRequest("Idempotency-Key must be the paymentId");
        }
        return bank.charge(charge);
    }

    private static String idempotencyKey(HttpServerRequest request) {
        return Identifier.require("Idempotency-Key", request.headers().get(IDEMPOTENCY_KEY));
    }

    private static String paymentId(String path, String suffix) {
        return Identifier.require("paymentId", path.substring(CHARGE.length(), path.length() - suffix.length()));
    }

    private static Future<Reply> refusal(Throwable failure) {
        if (failure instanceof MalformedRequest malformed) {
            return Future.succeededFuture(error(400, malformed.getMessage()));
        }
        if (failure instanceof DecodeException) {
            return Future.succeededFuture(error(400, "the body is not a JSON object"));
        }
        if (failure instanceof BoundedBody.TooLong tooLong) {
            return Future.succeededFuture(error(413, tooLong.getMessage()));
        }
        LOG.error("A request failed", failure);
        return Future.succeededFuture(error(500, "internal error"));
    }

    private void send(HttpServerRequest request, Reply reply) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        if (reply instanceof Answer answer) {
            response.setStatusCode(answer.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                    .end(answer.body().toBuffer());
        } else {
            vertx.setTimer(delays.lostReplyMs(), elapsed -> request.connection().close());
        }
    }

    /** Empty for a request line such as {@code OPTIONS *}. */
    private static String path(HttpServerRequest request) {
        String path = request.path();
        return path == null ? "" : path;
    }

    private static Reply error(int status, @Nullable String message) {
        return new Answer(status, new JsonObject().put("error", message));
    }
}
