package io.trolleybus.chassis;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.SpanKind;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that one service instance answers. Each is registered twice: under its own name, for any caller, and
 * under {@code name@instance}, for the guarded client, which chooses the instance.
 *
 * <p>A message is refused before it is handled if its seal is wrong, its time is up, its body is not the address's
 * command, or too much is in flight. For one event loop.
 */
public final class Endpoints {
    /** More than this waits in the senders, who know how long it is worth waiting. */
    static final int MAX_IN_FLIGHT = 2_000;

    private static final long DRAIN_CHECK_MS = 20;

    /** Answers one kind of command. A failed future means that the outcome is unknown or that there is a bug. */
    public interface Handler<C, R> {
        Future<Reply<R>> handle(Call call, C command);
    }

    private record Endpoint<C, R>(String address, Class<C> type, Handler<C, R> handler, Timer timer) {}

    private final Vertx vertx;
    private final String service;
    private final String instance;
    private final Seal seal;
    private final Tracing tracing;
    private final Meters meters;
    private final InstantSource clock;
    private final List<Endpoint<?, ?>> endpoints = new ArrayList<>();
    private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
    private Future<Void> reopening = Future.succeededFuture();
    private boolean draining;
    private final TraceLog log;
    /** Counted by one event loop; others only read it. */
    private final AtomicInteger inFlight = new AtomicInteger();

    private final Gauge pending;

    Endpoints(
            Vertx vertx,
            String service,
            String instance,
            Seal seal,
            Tracing tracing,
            Meters meters,
            InstantSource clock) {
        this.vertx = vertx;
        this.service = service;
        this.instance = instance;
        this.seal = seal;
        this.tracing = tracing;
        this.meters = meters;
        this.clock = clock;
        this.log = new TraceLog(Endpoints.class, service);
        this.pending =
                meters.gauge("trolleybus_bus_pending", Tags.of("service", service), inFlight, AtomicInteger::get);
    }

    /** Answers an address with a handler, from {@link #open} on. */
    public <C, R> Endpoints serve(String address, Class<C> command, Handler<C, R> handler) {
        Timer timer = meters.registry().timer("trolleybus_endpoint", "address", address);
        endpoints.add(new Endpoint<>(address, command, handler, timer));
        return this;
    }

    List<String> addresses() {
        return endpoints.stream().<String>map(Endpoint::address).toList();
    }

    /** Where this instance listens, from {@link #open} to {@link #drain}. */
    List<String> registered() {
        return consumers.stream().map(MessageConsumer::address).toList();
    }

    Future<Void> open() {
        for (Endpoint<?, ?> endpoint : endpoints) {
            for (String address : List.of(endpoint.address, at(endpoint.address, instance))) {
                consumers.add(vertx.eventBus().consumer(address, message -> receive(endpoint, message)));
            }
        }
        return Future.all(consumers.stream().map(MessageConsumer::completion).toList())
                .mapEmpty();
    }

    /** Registers all addresses anew, unless that is under way already; what is in flight goes on. */
    Future<Void> reopen() {
        if (reopening.isComplete()) {
            reopening = close().transform(closed -> draining ? Future.succeededFuture() : open());
        }
        return reopening;
    }

    private Future<?> close() {
        Future<?> closed =
                Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
        consumers.clear();
        return closed;
    }

    /** Takes no more messages, and completes when those in flight are answered or the limit has passed. */
    Future<Void> drain(long limitMs) {
        Promise<Void> drained = Promise.promise();
        draining = true;
        close().onComplete(closed -> awaitIdle(clock.millis() + limitMs, drained));
        return drained.future();
    }

    private void awaitIdle(long deadlineMs, Promise<Void> drained) {
        if (inFlight.get() == 0 || clock.millis() >= deadlineMs) {
            meters.registry().remove(pending);
            drained.complete();
        } else {
            vertx.setTimer(DRAIN_CHECK_MS, tick -> awaitIdle(deadlineMs, drained));
        }
    }

    private <C, R> void receive(Endpoint<C, R> endpoint, Message<Object> message) {
        Call call = admit(endpoint, message);
        if (call == null) {
            return;
        }
        C command;
        try {
            command = Payload.from(message.body()).as(endpoint.type);
        } catch (IllegalArgumentException malformed) {
            refuse(message, Failure.INVALID, String.valueOf(malformed.getMessage()));
            return;
        }
        inFlight.incrementAndGet();
        long startedNs = System.nanoTime();
        tracing.around(
                        endpoint.address,
                        SpanKind.SERVER,
                        call.trace(),
                        command,
                        trace -> handle(endpoint, call.withTrace(trace), command))
                .onComplete(answered -> {
                    inFlight.decrementAndGet();
                    endpoint.timer.record(System.nanoTime() - startedNs, TimeUnit.NANOSECONDS);
                    if (answered.succeeded()) {
                        message.reply(Payload.of(answered.result()));
                    } else {
                        replyFailure(endpoint.address, call, message, answered.cause());
                    }
                });
    }

    /** A handler that throws is a bug like one whose future fails. */
    private static <C, R> Future<Reply<R>> handle(Endpoint<C, R> endpoint, Call call, C command) {
        try {
            return endpoint.handler.handle(call, command);
        } catch (RuntimeException bug) {
            return Future.failedFuture(bug);
        }
    }

    private @Nullable Call admit(Endpoint<?, ?> endpoint, Message<Object> message) {
        long nowMs = clock.millis();
        Call call;
        try {
            call = callOf(endpoint.address, message.headers(), nowMs);
        } catch (IllegalArgumentException malformed) {
            call = null;
        }
        if (call == null) {
            refuse(message, Failure.UNSEALED, "the message is not sealed for " + endpoint.address);
        } else if (call.deadlineMs() <= nowMs) {
            refuse(message, Failure.EXPIRED, "the time was up before it began");
        } else if (inFlight.get() >= MAX_IN_FLIGHT) {
            refuse(message, Failure.BUSY, service + " has " + inFlight + " messages in flight");
        } else {
            return call;
        }
        return null;
    }

    /** The call that the headers describe, or null if the seal is not right. */
    private @Nullable Call callOf(String address, MultiMap headers, long nowMs) {
        String given = headers.get(Headers.SEAL);
        String sender = headers.get(Headers.SENDER);
        String name = headers.get(Headers.PRINCIPAL);
        String id = headers.get(Headers.ID);
        String expires = headers.get(Headers.EXPIRES_MS);
        String timeout = headers.get(Headers.TIMEOUT_MS);
        if (given == null || sender == null || name == null || id == null || expires == null || timeout == null) {
            return null;
        }
        String roles = headers.get(Headers.ROLES);
        var principal = new Principal(name, roles == null ? List.of() : List.of(roles.split(",")));
        UUID messageId = UUID.fromString(id);
        if (!seal.verify(given, sender, principal, address, messageId, Long.parseLong(expires), nowMs)) {
            return null;
        }
        Trace trace = Trace.parse(headers.get(Headers.TRACEPARENT));
        return new Call(
                messageId,
                nowMs + Long.parseLong(timeout),
                trace == null ? new Trace("0".repeat(31) + "1", "0".repeat(15) + "1", false) : trace,
                principal);
    }

    private static void refuse(Message<Object> message, Failure failure, String why) {
        message.reply(failure.toReply(why));
    }

    private void replyFailure(String address, Call call, Message<Object> message, Throwable cause) {
        Failure failure = failureOf(cause);
        if (failure == Failure.INTERNAL) {
            log.error(call.trace(), "message.id", call.id(), address + " failed", cause);
        }
        refuse(message, failure, failure == Failure.INTERNAL ? "internal error" : String.valueOf(cause.getMessage()));
    }

    private static Failure failureOf(Throwable cause) {
        Failure failure = Failure.of(cause);
        return failure == Failure.INTERNAL && Database.isUnavailable(cause) ? Failure.UNAVAILABLE : failure;
    }

    /** Where an instance answers an address for the guarded client. */
    static String at(String address, String instance) {
        return address + '@' + instance;
    }
}
