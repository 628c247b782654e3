package io.trolleybus.gateway;

import io.vertx.core.http.HttpServerResponse;
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

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> ofPrincipals = new HashMap<>();
    /** Counted by one event loop; others only read it. */
    private final AtomicInteger taken = new AtomicInteger();

    ConcurrencyLimit(int most) {
        this.most = most;
        this.mostOfOne = Math.max(1, most / SHARE);
    }

    /**
     * A place among those who are answered, or null if there is none. It is free again when the client has gone.
     *
     * @param vital whether a place is found in any case
     */
    @Nullable
    Place take(HttpServerResponse response, boolean vital) {
        if (taken.get() >= most && !vital) {
            return null;
        }
        taken.incrementAndGet();
        var place = new Place();
        response.closeHandler(gone -> place.leave());
        response.exceptionHandler(reset -> place.leave());
        return place;
    }

    int taken() {
        return taken.get();
    }

    /** What a request holds until it is answered. */
    final class Place {
        private @Nullable String principal;
        private boolean left;

        /** Whether the caller may have this place beside those that it has already; strangers share all. */
        boolean isFor(Caller caller) {
            if (caller.principal().userId() == null) {
                return true;
            }
            String name = caller.principal().name();
            if (left || ofPrincipals.getOrDefault(name, 0) >= mostOfOne) {
                return false;
            }
            principal = name;
            ofPrincipals.merge(name, 1, Integer::sum);
            return true;
        }

        /** May be called more than once. */
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
