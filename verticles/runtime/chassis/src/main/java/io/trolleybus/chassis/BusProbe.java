package io.trolleybus.chassis;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Sees to it that what is sent to a service instance arrives. A process that was cut off from the others, or frozen
 * until they gave it up, may come back to a bus on which nobody knows that it listens: it looks sound from inside, and
 * waits for ever. So it is looked up every two seconds whether each of its addresses leads here; a message to itself
 * would not tell, since the bus delivers that even if nobody else could send it. What is missing is registered anew; if
 * nothing helps for fifteen rounds the process gives itself up, for its supervisor to start another.
 *
 * <p>For the event loop of the instance.
 */
final class BusProbe {
    static final long PERIOD_MS = 2_000;
    private static final long ANSWER_LIMIT_MS = 1_500;

    /** One failure may be a moment's: a pause of the process, a merge of the cluster under way. */
    private static final int REPAIR_AFTER = 2;

    private static final long REPAIR_LIMIT_MS = 4_000;

    /** A round takes from two seconds to six. */
    private static final int GIVE_UP_AFTER = 15;

    private static final Logger LOG = LogManager.getLogger(BusProbe.class);

    private final Vertx vertx;
    private final String service;
    private final Endpoints endpoints;
    private final Membership membership;
    private final Runnable giveUp;
    private long timer;
    private Future<?> probing = Future.succeededFuture();
    private int deafRounds;
    private boolean stopped;

    /** @param giveUp ends this process; may be called more than once */
    BusProbe(Vertx vertx, String service, Endpoints endpoints, Membership membership, Runnable giveUp) {
        this.vertx = vertx;
        this.service = service;
        this.endpoints = endpoints;
        this.membership = membership;
        this.giveUp = giveUp;
    }

    void start() {
        timer = vertx.setPeriodic(PERIOD_MS, tick -> probe());
    }

    /** Completes when nothing is under way any more. */
    Future<Void> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        return probing.transform(done -> Future.succeededFuture());
    }

    /** Fails while something that is sent to the instance does not arrive. */
    Future<Void> check() {
        return deafRounds < REPAIR_AFTER
                ? Future.succeededFuture()
                : Future.failedFuture("what is sent to " + service + " on this node does not arrive");
    }

    private void probe() {
        if (probing.isComplete()) {
            probing = TimeLimit.within(ANSWER_LIMIT_MS, vertx, membership.leadHere(endpoints.registered()))
                    .transform(this::judge);
        }
    }

    private Future<Void> judge(AsyncResult<Boolean> lookup) {
        if (lookup.succeeded() && lookup.result()) {
            if (deafRounds >= REPAIR_AFTER) {
                LOG.warn("what is sent to {} on this node arrives again", service);
            }
            deafRounds = 0;
            return Future.succeededFuture();
        }
        deafRounds++;
        if (stopped || deafRounds < REPAIR_AFTER) {
            return Future.succeededFuture();
        }
        if (deafRounds > GIVE_UP_AFTER) {
            giveUp.run();
        }
        if (lookup.failed()) {
            // The cluster is busy with itself, and to register anew would not help it.
            return Future.succeededFuture();
        }
        LOG.warn("the bus does not know all addresses of {} on this node; they are registered anew", service);
        return TimeLimit.within(REPAIR_LIMIT_MS, vertx, endpoints.reopen());
    }
}
