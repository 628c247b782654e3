package io.trolleybus.chassis;

import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.model.Reply;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Calls other services: finds an instance whose breaker is not open, gives up in time, and repeats what may be
 * repeated, on another instance if there is one. Who waits for an instance that is lost waits no longer. Refusals are
 * values; a failed future means that there was no answer, as {@link UnavailableException} (the command may or may not
 * have been carried out) or {@link BusyException} (it was not).
 *
 * <p>For one event loop.
 */
public final class GuardedClient {
    private static final int MAX_FAILURES = 10;
    private static final long BREAKER_RESET_MS = 1_000;
    private static final long FIRST_RETRY_MS = 50;
    private static final long MAX_RETRY_MS = 1_000;
    private static final long NO_TIMEOUT = -1;
    private static final BooleanSupplier ALWAYS = () -> true;

    private final Vertx vertx;
    private final String caller;
    private final ServiceDirectory directory;
    private final Seal seal;
    private final Tracing tracing;
    private final Breakers.Caller watchedBreakers;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<Callee, CircuitBreaker> breakers = new HashMap<>();
    private final Unanswered unanswered = new Unanswered();
    private final RetryBudget budget;
    private int turn;

    /** An instance that is started again on its node is the same callee. */
    private record Callee(String service, String node) {}

    GuardedClient(
            Vertx vertx,
            String caller,
            ServiceDirectory directory,
            Seal seal,
            Tracing tracing,
            Breakers.Caller watchedBreakers,
            InstantSource clock,
            RandomGenerator random) {
        this.vertx = vertx;
        this.caller = caller;
        this.directory = directory;
        this.seal = seal;
        this.tracing = tracing;
        this.watchedBreakers = watchedBreakers;
        this.clock = clock;
        this.random = random;
        this.budget = new RetryBudget(clock);
        Context context = vertx.getOrCreateContext();
        directory.onLost(isLost -> context.runOnContext(turn -> {
            unanswered.giveUp(isLost);
            forgetBreakersOfAbsent();
        }));
    }

    /** A node that never comes back, or under another name only, must not be remembered for ever. */
    private void forgetBreakersOfAbsent() {
        Set<Callee> there = directory.instances().stream()
                .map(instance -> new Callee(instance.service(), instance.node()))
                .collect(Collectors.toSet());
        Set<Callee> absent = new HashSet<>(breakers.keySet());
        absent.removeAll(there);
        for (Callee callee : absent) {
            breakers.remove(callee);
            watchedBreakers.forget(callee.service, callee.node);
        }
    }

    /** Sends a command once. */
    public <R> Future<Reply<R>> call(String address, Call call, Object command, Class<R> result) {
        return tracing.around(
                address,
                SpanKind.CLIENT,
                call.trace(),
                command,
                trace -> attempt(address, call.withTrace(trace), command, result, Attempts.one()));
    }

    /**
     * Sends a command once, for work that outlives this process. What carrying it out does hangs in the trace below the
     * call's own span and not below this wait for the answer, whose span is lost together with this process.
     */
    public <R> Future<Reply<R>> callForLasting(String address, Call call, Object command, Class<R> result) {
        return tracing.around(
                address,
                SpanKind.CLIENT,
                call.trace(),
                command,
                waiting -> attempt(address, call, command, result, Attempts.one()));
    }

    /**
     * Sends a command that may be repeated, again and again under the same message id until the call's deadline, as far
     * as the {@link RetryBudget} goes.
     */
    public <R> Future<Reply<R>> callRepeatedly(String address, Call call, Object command, Class<R> result) {
        return callRepeatedly(address, call, command, result, ALWAYS);
    }

    /** @param isWanted whether somebody still waits for the answer; without that nothing is sent any more */
    public <R> Future<Reply<R>> callRepeatedly(
            String address, Call call, Object command, Class<R> result, BooleanSupplier isWanted) {
        return callRepeatedly(address, call, command, result, Attempts.untilAnswered(isWanted));
    }

    /**
     * As {@link #callRepeatedly}, but without waiting for a breaker to close: for those who can do without the answer.
     */
    public <R> Future<Reply<R>> callWhileUnbroken(
            String address, Call call, Object command, Class<R> result, BooleanSupplier isWanted) {
        return callRepeatedly(address, call, command, result, Attempts.whileUnbroken(isWanted));
    }

    private <R> Future<Reply<R>> callRepeatedly(
            String address, Call call, Object command, Class<R> result, Attempts attempts) {
        budget.payIn();
        return tracing.around(
                address,
                SpanKind.CLIENT,
                call.trace(),
                command,
                trace -> repeat(address, call.withTrace(trace), command, result, attempts, FIRST_RETRY_MS));
    }

    /**
     * Sends a query once to the one instance that can answer it. No breaker stands before it, since there is nobody
     * else to turn to and the call's deadline is short.
     */
    <R> Future<Reply<R>> ask(
            ServiceDirectory.Instance instance, String address, Call call, Object query, Class<R> result) {
        return send(address, instance, call, query, Math.max(1, call.deadlineMs() - clock.millis()))
                .transform(answered -> answered.succeeded()
                        ? Future.succeededFuture(answered.result().asReply(result))
                        : Future.failedFuture(meaningOf(address, answered.cause())));
    }

    private <R> Future<Reply<R>> repeat(
            String address, Call call, Object command, Class<R> result, Attempts attempts, long pauseMs) {
        return attempt(address, call, command, result, attempts).recover(cause -> {
            if (!attempts.mayFollow(cause) || clock.millis() + pauseMs >= call.deadlineMs()) {
                return Future.failedFuture(cause);
            }
            if (attempts.last != null && !budget.pay()) {
                return Future.failedFuture(cause);
            }
            return pause(pauseMs / 2 + random.nextLong(pauseMs))
                    .compose(rested -> attempts.areWanted()
                            ? repeat(address, call, command, result, attempts, Math.min(MAX_RETRY_MS, pauseMs * 2))
                            : Future.failedFuture(cause));
        });
    }

    private Future<Void> pause(long ms) {
        Promise<Void> rested = Promise.promise();
        vertx.setTimer(ms, tick -> rested.complete());
        return rested.future();
    }

    private <R> Future<Reply<R>> attempt(
            String address, Call call, Object command, Class<R> result, Attempts attempts) {
        List<ServiceDirectory.Instance> instances = directory.answering(address);
        long remainingMs = call.deadlineMs() - clock.millis();
        if (instances.isEmpty() || remainingMs <= 0) {
            return Future.failedFuture(new UnavailableException(
                    instances.isEmpty() ? "nobody answers " + address : "no time left to call " + address));
        }
        long limitMs = attempts.limitMs(remainingMs, instances.size());
        Iterator<ServiceDirectory.Instance> candidates =
                inOrder(instances, attempts).iterator();
        return ask(candidates, instance -> send(address, instance, call, command, limitMs), attempts)
                .transform(answered -> answered.succeeded()
                        ? Future.succeededFuture(answered.result().asReply(result))
                        : Future.failedFuture(meaningOf(address, answered.cause())));
    }

    /**
     * In turn, but last those whose breaker is open, before them the one that was asked just now, and before that the
     * others on its node, which may share what ails it.
     */
    private List<ServiceDirectory.Instance> inOrder(List<ServiceDirectory.Instance> instances, Attempts attempts) {
        if (instances.size() == 1) {
            return instances;
        }
        List<ServiceDirectory.Instance> inTurn = new ArrayList<>(instances);
        Collections.rotate(inTurn, turn++);
        inTurn.sort(Comparator.comparingInt(instance -> reluctance(instance, attempts)));
        return inTurn;
    }

    private int reluctance(ServiceDirectory.Instance instance, Attempts attempts) {
        if (breaker(instance).state() == CircuitBreakerState.OPEN) {
            return 3;
        }
        ServiceDirectory.Instance last = attempts.last;
        if (last == null || !instance.node().equals(last.node())) {
            return 0;
        }
        return instance.id().equals(last.id()) ? 2 : 1;
    }

    /** A breaker that refuses has sent nothing: it is open, or half open and trying already. So the next is asked. */
    private Future<Payload> ask(
            Iterator<ServiceDirectory.Instance> candidates,
            Function<ServiceDirectory.Instance, Future<Payload>> send,
            Attempts attempts) {
        ServiceDirectory.Instance instance = candidates.next();
        return breaker(instance)
                .execute(() -> {
                    attempts.last = instance;
                    return send.apply(instance);
                })
                .recover(cause -> cause instanceof OpenCircuitException && candidates.hasNext()
                        ? ask(candidates, send, attempts)
                        : Future.failedFuture(cause));
    }

    private Future<Payload> send(
            String address, ServiceDirectory.Instance instance, Call call, Object command, long timeoutMs) {
        long expiresMs = clock.millis() + Seal.LIFETIME_MS;
        var options = new DeliveryOptions()
                .setSendTimeout(timeoutMs)
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setCodecName(PayloadCodec.NAME)
                .addHeader(Headers.ID, call.id().toString())
                .addHeader(Headers.TIMEOUT_MS, Long.toString(timeoutMs))
                .addHeader(Headers.TRACEPARENT, call.trace().traceparent())
                .addHeader(Headers.SENDER, caller)
                .addHeader(Headers.PRINCIPAL, call.principal().name())
                .addHeader(Headers.EXPIRES_MS, Long.toString(expiresMs))
                .addHeader(Headers.SEAL, seal.seal(caller, call.principal(), address, call.id(), expiresMs));
        if (!call.principal().roles().isEmpty()) {
            options.addHeader(Headers.ROLES, String.join(",", call.principal().roles()));
        }
        Future<Payload> answer = vertx.eventBus()
                .<Object>request(Endpoints.at(address, instance.id()), Payload.of(command), options)
                .map(reply -> Payload.from(reply.body()));
        return unanswered.await(instance, answer);
    }

    private static Throwable meaningOf(String address, Throwable cause) {
        return switch (Failure.of(cause)) {
            case BUSY -> new BusyException(address + " is busy");
            case INVALID, UNSEALED -> new IllegalStateException(address + " does not take our message", cause);
            case INTERNAL ->
                cause instanceof OpenCircuitException
                        ? UnavailableException.breakerIsOpen(address)
                        : new IllegalStateException(address + " failed", cause);
            case UNAVAILABLE, EXPIRED -> new UnavailableException(address + " did not answer", cause);
        };
    }

    private CircuitBreaker breaker(ServiceDirectory.Instance instance) {
        return breakers.computeIfAbsent(new Callee(instance.service(), instance.node()), this::newBreaker);
    }

    /** Only silence counts against a service; being busy or refusing is an answer. */
    private CircuitBreaker newBreaker(Callee callee) {
        var options = new CircuitBreakerOptions()
                .setMaxFailures(MAX_FAILURES)
                .setMaxRetries(0)
                .setTimeout(NO_TIMEOUT)
                .setResetTimeout(BREAKER_RESET_MS);
        var breaker = CircuitBreaker.create(caller + "->" + callee.service + "@" + callee.node, vertx, options);
        breaker.failurePolicy(done -> done.failed() && Failure.of(done.cause()) == Failure.UNAVAILABLE);
        return watchedBreakers.watch(breaker, callee.service, callee.node);
    }
}
