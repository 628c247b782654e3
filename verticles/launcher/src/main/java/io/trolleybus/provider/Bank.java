package io.trolleybus.provider;

import io.trolleybus.provider.Reply.Answer;
import io.trolleybus.provider.Reply.Silence;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The counter of the bank: plays each {@link Token}'s part, lets {@link Accounts} decide, and answers once the ledger
 * has it.
 *
 * <p>A decision is taken and applied in one turn of the event loop, so two requests under one key cannot both be first.
 * The second waits, as every answer does, until what it rests on is on disk.
 */
final class Bank {
    private static final int FLAKY_FAILURES = 2;
    private static final int FLAKY_REFUND_FAILURES = 3;
    private static final int MAX_FLAKY_KEYS = 10_000;
    private static final JsonObject UNAVAILABLE = new JsonObject().put("error", "unavailable, try again");

    private final Vertx vertx;
    private final Accounts accounts;
    private final Ledger ledger;
    private final Delays delays;
    private final Map<String, Integer> flakyFailures = new FlakyFailures();

    Bank(Vertx vertx, Accounts accounts, Ledger ledger, Delays delays) {
        this.vertx = vertx;
        this.accounts = accounts;
        this.ledger = ledger;
        this.delays = delays;
    }

    Future<Reply> charge(ChargeRequest request) {
        boolean decided = accounts.find(request.paymentId()).isPresent();
        Token token = Token.of(request.token());
        if (token == Token.LOST_REPLY) {
            return settle(accounts.charge(request)).map(Bank::loseIfDone);
        }
        if (decided) {
            return settle(accounts.charge(request));
        }
        return switch (token) {
            case DOWN -> unavailable();
            case FLAKY ->
                failsAgain(request.paymentId(), FLAKY_FAILURES) ? unavailable() : settle(accounts.charge(request));
            // Decided after the wait, not before it, so that a void which comes meanwhile wins.
            case SLOW -> vertx.timer(delays.slowMs()).compose(elapsed -> settle(accounts.charge(request)));
            default -> settle(accounts.charge(request));
        };
    }

    Future<Reply> refund(String paymentId, String refundId, Money amount) {
        boolean decided = accounts.findRefund(paymentId, refundId).isPresent();
        return switch (tokenOf(paymentId)) {
            case REFUND_DOWN -> unavailable();
            case REFUND_FLAKY ->
                !decided && failsAgain(refundKey(refundId), FLAKY_REFUND_FAILURES)
                        ? unavailable()
                        : settle(accounts.refund(paymentId, refundId, amount));
            case REFUND_LOST_REPLY ->
                settle(accounts.refund(paymentId, refundId, amount)).map(Bank::loseIfDone);
            default -> settle(accounts.refund(paymentId, refundId, amount));
        };
    }

    Future<Reply> findRefund(String paymentId, String refundId) {
        return settle(accounts.findRefund(paymentId, refundId)
                .map(refund -> Decision.answer(200, refund))
                .orElseGet(() -> Decision.error(404, "no such refund")));
    }

    /** Whatever ails the refunds of a payment, this is answered: it moves no money. */
    Future<Reply> voidRefund(String paymentId, String refundId) {
        return settle(accounts.voidRefund(paymentId, refundId));
    }

    Future<Reply> voidCharge(String paymentId) {
        return settle(accounts.voidCharge(paymentId));
    }

    Future<Reply> find(String paymentId) {
        return settle(accounts.find(paymentId)
                .map(charge -> Decision.answer(200, charge.toJson()))
                .orElseGet(() -> Decision.error(404, "no such charge")));
    }

    /** Completes when what the accounts say now is on disk. */
    Future<Void> settled() {
        return ledger.settled();
    }

    private Future<Reply> settle(Decision decision) {
        if (!ledger.accepts()) {
            return unavailable();
        }
        Future<Void> onDisk;
        if (decision.entry() == null) {
            onDisk = ledger.settled();
        } else {
            accounts.apply(decision.entry());
            onDisk = ledger.append(decision.entry());
        }
        return onDisk.<Reply>map(forced -> new Answer(decision.status(), decision.body()))
                .recover(notForced -> unavailable());
    }

    /** What a payment that was captured was paid with; of any other there is nothing to refund. */
    private Token tokenOf(String paymentId) {
        return accounts.find(paymentId).orElse(null) instanceof Charge.Captured captured ? captured.token() : Token.OK;
    }

    /** So that a refund under the id of a payment counts for itself; no id that a client may choose has a slash. */
    private static String refundKey(String refundId) {
        return "refund/" + refundId;
    }

    private boolean failsAgain(String key, int failures) {
        return flakyFailures.merge(key, 1, Integer::sum) <= failures;
    }

    private static Reply loseIfDone(Reply reply) {
        return reply instanceof Answer answer && answer.status() == 201 ? new Silence() : reply;
    }

    private static Future<Reply> unavailable() {
        return Future.succeededFuture(new Answer(503, UNAVAILABLE));
    }

    /** Forgets the oldest keys, so that failures which nobody retries cannot fill the memory. */
    private static final class FlakyFailures extends LinkedHashMap<String, Integer> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MAX_FLAKY_KEYS;
        }
    }
}
