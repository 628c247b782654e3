package io.trolleybus.chassis;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.trolleybus.model.NodeMessages;
import io.trolleybus.model.NodeMessages.Breaker;
import io.trolleybus.model.NodeMessages.BreakerChanged;
import io.trolleybus.model.NodeMessages.BreakerState;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How every circuit breaker of this process stands. Each change of state is logged, counted, and published on the bus;
 * the state itself is a meter. Thread-safe.
 */
public final class Breakers {
    /** Of more than these the one that was watched first is forgotten here, not switched off. */
    static final int MAX_BREAKERS = 1_000;

    private static final Logger LOG = LogManager.getLogger(Breakers.class);
    private static final String STATE_METER = "trolleybus_breaker_state";
    private static final String CHANGES_METER = "trolleybus_breaker_changes";

    private record Guarded(String caller, String callee, String calleeNode) {
        Tags tags() {
            return Tags.of("caller", caller, "callee", callee, "node", calleeNode);
        }
    }

    private static final class Watched {
        final Guarded guarded;
        final CircuitBreaker breaker;
        final Gauge gauge;
        volatile BreakerState state = BreakerState.CLOSED;
        volatile @Nullable Instant changedAt;

        Watched(Guarded guarded, CircuitBreaker breaker, MeterRegistry meters) {
            this.guarded = guarded;
            this.breaker = breaker;
            this.gauge = Gauge.builder(STATE_METER, breaker, watched -> openness(watched.state()))
                    .tags(guarded.tags())
                    .strongReference(true)
                    .register(meters);
        }

        Breaker described() {
            return new Breaker(
                    guarded.caller, guarded.callee, guarded.calleeNode, state, breaker.failureCount(), changedAt);
        }
    }

    /** Those of one caller. */
    public final class Caller {
        private final String name;

        private Caller(String name) {
            this.name = name;
        }

        /**
         * Watches a new breaker from now on, in place of an older one between the same two. Its handlers of state
         * changes are taken.
         *
         * @param callee the service that is called
         * @param calleeNode where that runs
         * @return the same breaker
         */
        public CircuitBreaker watch(CircuitBreaker breaker, String callee, String calleeNode) {
            return Breakers.this.watch(breaker, new Guarded(name, callee, calleeNode));
        }

        /** Watches a breaker no longer, since whoever was called is gone. */
        void forget(String callee, String calleeNode) {
            Breakers.this.forget(new Guarded(name, callee, calleeNode));
        }
    }

    private final Vertx vertx;
    private final String node;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<Guarded, Watched> watched = new LinkedHashMap<>();

    /** @param node the name of this process */
    public Breakers(Vertx vertx, String node, MeterRegistry meters, InstantSource clock) {
        this.vertx = vertx;
        this.node = node;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * @param caller who calls, unique in this process: a service, or with its number a further instance of one, such as
     *     {@code order/2}
     */
    public Caller of(String caller) {
        return new Caller(caller);
    }

    private synchronized CircuitBreaker watch(CircuitBreaker breaker, Guarded guarded) {
        forget(watched.remove(guarded));
        if (watched.size() >= MAX_BREAKERS) {
            Iterator<Watched> oldest = watched.values().iterator();
            forget(oldest.next());
            oldest.remove();
        }
        var entry = new Watched(guarded, breaker, meters);
        watched.put(guarded, entry);
        return breaker.openHandler(opened -> changed(entry, BreakerState.OPEN))
                .halfOpenHandler(halfOpened -> changed(entry, BreakerState.HALF_OPEN))
                .closeHandler(closed -> changed(entry, BreakerState.CLOSED));
    }

    private synchronized void forget(Guarded guarded) {
        forget(watched.remove(guarded));
    }

    /** Every watched breaker, in the order in which they were first needed. */
    public synchronized List<Breaker> all() {
        return watched.values().stream().map(Watched::described).toList();
    }

    private void forget(@Nullable Watched old) {
        if (old != null) {
            meters.remove(old.gauge);
        }
    }

    private void changed(Watched entry, BreakerState now) {
        BreakerState before = entry.state;
        if (before == now) {
            return;
        }
        entry.state = now;
        entry.changedAt = clock.instant();
        Guarded guarded = entry.guarded;
        LOG.log(
                level(before, now),
                "the breaker of {} for {} on {} is {}, after {}",
                guarded.caller,
                guarded.callee,
                guarded.calleeNode,
                now,
                before);
        meters.counter(CHANGES_METER, guarded.tags().and("state", now.name())).increment();
        vertx.eventBus().publish(NodeMessages.BREAKER_CHANGED, Payload.of(new BreakerChanged(node, entry.described())));
    }

    /** While a callee is away its breaker tries it again each second, which is worth no line each time. */
    private static Level level(BreakerState before, BreakerState now) {
        if (now == BreakerState.CLOSED) {
            return Level.INFO;
        }
        return before == BreakerState.CLOSED ? Level.WARN : Level.DEBUG;
    }

    /** 0 closed, 0.5 half open, 1 open. */
    private static double openness(CircuitBreakerState state) {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 0.5;
            case OPEN -> 1;
        };
    }
}
