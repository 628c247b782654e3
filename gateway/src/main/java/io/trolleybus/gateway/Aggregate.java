package io.trolleybus.gateway;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.UnavailableException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What several services say, put together: a table of legs. All begin at once, but for those that need what another
 * found, and all end by one deadline. A leg that is down is named, and its part is missing; without one that is
 * required, or without any, there is no answer. For one event loop.
 */
final class Aggregate {
    private static final long MIN_LIMIT_MS = 200;

    private final LongSupplier nowMs;
    private final long limitMs;
    private final List<Leg<?>> legs;

    /** What a leg asks, within what is left of the deadline; {@code found} is what it had to wait for. */
    @FunctionalInterface
    interface Query<T> {
        Future<T> ask(Exchange exchange, Found found, long limitMs);
    }

    /**
     * The part of one service.
     *
     * @param name by which it is named when it is down
     * @param required whether there is no answer without it
     * @param needs the leg without whose part this one is not asked; null if it can begin at once
     */
    record Leg<T>(String name, boolean required, @Nullable Leg<?> needs, Query<T> query) {
        static <T> Leg<T> optional(String name, Query<T> query) {
            return new Leg<>(name, false, null, query);
        }

        static <T> Leg<T> required(String name, Query<T> query) {
            return new Leg<>(name, true, null, query);
        }

        Leg<T> after(Leg<?> other) {
            return new Leg<>(name, required, other, query);
        }
    }

    private enum Outcome {
        FOUND,
        DOWN,
        NOT_ASKED
    }

    /** What the legs found. */
    static final class Found {
        private final Map<Leg<?>, Object> parts = new HashMap<>();
        private List<String> degraded = List.of();

        /** Null if the leg is down, or was not asked. */
        @SuppressWarnings("unchecked") // Put there by the leg's own query.
        <T> @Nullable T of(Leg<T> leg) {
            return (T) parts.get(leg);
        }

        /** Of the leg that this one's query had to wait for. */
        <T> T neededOf(Leg<T> leg) {
            return Objects.requireNonNull(of(leg), leg.name);
        }

        /** The names of the legs that are down, in the order of the table. */
        List<String> degraded() {
            return degraded;
        }
    }

    /**
     * @param nowMs the clock
     * @param limitMs for all legs together
     * @param legs each after the one that it needs
     */
    Aggregate(LongSupplier nowMs, long limitMs, List<? extends Leg<?>> legs) {
        this.nowMs = nowMs;
        this.limitMs = limitMs;
        this.legs = List.copyOf(legs);
    }

    /**
     * Asks. Fails as {@link UnavailableException} if a required leg is down, or all that were asked; and as a leg did
     * that failed for another reason than being down.
     */
    Future<Found> gather(Exchange exchange) {
        long untilMs = nowMs.getAsLong() + limitMs;
        var found = new Found();
        Map<Leg<?>, Future<Outcome>> outcomes = new LinkedHashMap<>();
        for (Leg<?> leg : legs) {
            Leg<?> needs = leg.needs;
            Future<Outcome> before = needs == null
                    ? Future.succeededFuture(Outcome.FOUND)
                    : Objects.requireNonNull(outcomes.get(needs), needs.name);
            outcomes.put(
                    leg,
                    before.compose(outcome -> outcome == Outcome.FOUND
                            ? ask(leg, exchange, found, untilMs)
                            : Future.succeededFuture(Outcome.NOT_ASKED)));
        }
        return Future.all(List.copyOf(outcomes.values())).map(all -> judge(found, outcomes));
    }

    private <T> Future<Outcome> ask(Leg<T> leg, Exchange exchange, Found found, long untilMs) {
        long leftMs = untilMs - nowMs.getAsLong();
        // Whoever has no chance to answer in time is not asked: his breaker would take it for silence.
        if (leftMs < MIN_LIMIT_MS) {
            return Future.succeededFuture(Outcome.DOWN);
        }
        return leg.query.ask(exchange, found, leftMs).transform(asked -> {
            if (asked.succeeded()) {
                found.parts.put(leg, asked.result());
                return Future.succeededFuture(Outcome.FOUND);
            }
            Throwable cause = asked.cause();
            boolean down = cause instanceof UnavailableException || cause instanceof BusyException;
            return down ? Future.succeededFuture(Outcome.DOWN) : Future.failedFuture(cause);
        });
    }

    private static Found judge(Found found, Map<Leg<?>, Future<Outcome>> outcomes) {
        List<Leg<?>> down = new ArrayList<>();
        outcomes.forEach((leg, outcome) -> {
            if (outcome.result() == Outcome.DOWN) {
                down.add(leg);
            }
        });
        found.degraded = down.stream().<String>map(leg -> leg.name).toList();
        if (found.parts.isEmpty() || down.stream().anyMatch(leg -> leg.required)) {
            throw new UnavailableException("no answer without " + found.degraded);
        }
        return found;
    }
}
