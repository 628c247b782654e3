package io.trolleybus.gateway;

import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many requests are answered at a time: what comes beyond that is refused before it has cost anything, so that
 * those who were let in are answered in time. (By Little's law the limit over the rate is the longest wait.) One
 * principal gets a part of it only, however long its requests wait. For one event loop.
 */
final class ConcurrencyLimit {
    /** Of all places, those that one principal may take. */
    static final int SHARE = 4;

    private static final String PLACE = "place";

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> ofPrincipals = new HashMap<>();
    /** Counted by one event loop; others only read it. */
    private final AtomicInteger taken = new AtomicInteger();

    ConcurrencyLimit(int most) {
        this.most = most;
        this.mostOfOne = Math.max(1, most / SHARE);
    }

    /** Whether nobody more can be let in, as far as that can be told without knowing who it is. */
    boolean isFull() {
        return taken.get() >= most;
    }

    /**
     * Gives a request a place among those that are answered, until {@link #leave} or until its client has gone.
     *
     * @throws Rejected if there is none, or none for this caller beside those that it has; strangers share all
     */
    void take(RoutingContext routing, Caller caller) {
        if (isFull()) {
            throw overloaded();
        }
        String name =
                caller.principal().userId() == null ? null : caller.principal().name();
        if (name != null && ofPrincipals.getOrDefault(name, 0) >= mostOfOne) {
            throw Rejected.because(ProblemType.TOO_MANY_REQUESTS, "Too many of your requests are being answered.");
        }
        taken.incrementAndGet();
        if (name != null) {
            ofPrincipals.merge(name, 1, Integer::sum);
        }
        var place = new Place(name);
        routing.put(PLACE, place);
        routing.response().closeHandler(gone -> place.leave()).exceptionHandler(reset -> place.leave());
    }

    /** Gives back the place of a request, if it has one. */
    static void leave(RoutingContext routing) {
        Place place = routing.get(PLACE);
        if (place != null) {
            place.leave();
        }
    }

    static Rejected overloaded() {
        return Rejected.because(ProblemType.BUSY, "Try again soon.");
    }

    int taken() {
        return taken.get();
    }

    /** What a request holds until it is answered. */
    private final class Place {
        private final @Nullable String principal;
        private boolean left;

        Place(@Nullable String principal) {
            this.principal = principal;
        }

        void leave() {
            if (left) {
                return;
            }
            left = true;
            taken.decrementAndGet();
            if (principal != null) {
                ofPrincipals.computeIfPresent(principal, (name, count) -> count == 1 ? null : count - 1);
            }
        }
    }
}
