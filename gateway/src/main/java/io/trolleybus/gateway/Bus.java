package io.trolleybus.gateway;

import io.trolleybus.chassis.Call;
import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.chassis.Node;
import io.trolleybus.chassis.ScatterGather;
import io.trolleybus.chassis.ScatterGather.Gathered;
import io.trolleybus.chassis.Trace;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Reply;
import io.trolleybus.model.UserMessages;
import io.trolleybus.model.UserMessages.AdmitUser;
import io.trolleybus.model.UserMessages.FindRevokedSessions;
import io.trolleybus.model.UserMessages.GetKeys;
import io.trolleybus.model.UserMessages.Jwks;
import io.trolleybus.model.UserMessages.RevokedSessions;
import io.trolleybus.model.UserMessages.User;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Asks the services on behalf of a request. A refusal comes back as {@link Rejected}, an outage as the failure that
 * {@link GuardedClient} tells. For one event loop.
 */
final class Bus {
    static final long READ_LIMIT_MS = 5_000;
    static final long WRITE_LIMIT_MS = 10_000;

    private final GuardedClient client;
    private final ScatterGather everyone;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final RandomGenerator random;

    Bus(Node node) {
        this.client = node.client(GatewayVerticle.NAME);
        this.everyone = new ScatterGather(node.directory(), client);
        this.clock = node.clock();
        this.ids = node.ids();
        this.random = node.random();
    }

    long nowMs() {
        return clock.millis();
    }

    /** What identifies a command through all its repetitions. */
    Call newCall(Exchange exchange, long limitMs) {
        return newCall(exchange, exchange.principal(), limitMs);
    }

    private Call newCall(Exchange exchange, Principal principal, long limitMs) {
        return new Call(ids.get(), clock.millis() + limitMs, exchange.trace(), principal);
    }

    /** For what only reads. */
    <R> Future<R> read(Exchange exchange, String address, Object query, Class<R> result) {
        return repeat(exchange, newCall(exchange, READ_LIMIT_MS), address, query, result);
    }

    /** For a part of an answer that can do without it. */
    <R> Future<R> readPart(long limitMs, Exchange exchange, String address, Object query, Class<R> result) {
        return readPart(exchange, newCall(exchange, limitMs), address, query, result);
    }

    /** Reads a part as the gateway itself, for what it has seen that the user may see. */
    <R> Future<R> readPartAsGateway(long limitMs, Exchange exchange, String address, Object query, Class<R> result) {
        return readPart(exchange, ownCall(exchange, limitMs), address, query, result);
    }

    /** Reads as the gateway itself, for what it has seen that the user may see. */
    <R> Future<R> readAsGateway(long limitMs, Exchange exchange, String address, Object query, Class<R> result) {
        return repeat(exchange, ownCall(exchange, limitMs), address, query, result);
    }

    private Call ownCall(Exchange exchange, long limitMs) {
        return newCall(exchange, Principal.service(GatewayVerticle.NAME), limitMs);
    }

    private <R> Future<R> readPart(Exchange exchange, Call call, String address, Object query, Class<R> result) {
        return client.callWhileUnbroken(address, call, query, result, exchange::isWanted)
                .compose(Bus::resultOf);
    }

    /**
     * Reads from every process. It is not traced: those who look at traces would find their own looking, mostly.
     *
     * @param limitMs for the whole; who has not answered by then is named in the answer
     */
    <R> Future<Gathered<R>> readFromAll(
            long limitMs, Exchange exchange, String address, Object query, Class<R> result) {
        Call call = newCall(exchange, limitMs).withTrace(exchange.trace().unsampled());
        return everyone.ask(address, call, query, result);
    }

    /** The keys that tokens are signed with; asked for by no request in particular. */
    Future<Jwks> keys() {
        return client.callRepeatedly(UserMessages.KEYS, newOwnCall(), new GetKeys(), Jwks.class)
                .compose(Bus::resultOf);
    }

    /** The sessions that were revoked; asked for by no request in particular. */
    Future<RevokedSessions> revokedSessions(FindRevokedSessions query) {
        return client.call(UserMessages.REVOKED_SESSIONS, newOwnCall(), query, RevokedSessions.class)
                .compose(Bus::resultOf);
    }

    /** Has a user for whom another issuer vouches let in. Fails with {@link Rejected} if the user is kept out. */
    Future<User> admit(AdmitUser user) {
        return client.callRepeatedly(UserMessages.ADMIT, newOwnCall(), user, User.class)
                .compose(Bus::resultOf);
    }

    private Call newOwnCall() {
        return new Call(
                ids.get(),
                clock.millis() + READ_LIMIT_MS,
                Trace.root(random, false),
                Principal.service(GatewayVerticle.NAME));
    }

    /** For commands whose repetition has no further effect. */
    <R> Future<R> repeat(Exchange exchange, String address, Object command, Class<R> result) {
        return repeat(exchange, newCall(exchange, WRITE_LIMIT_MS), address, command, result);
    }

    /** As long as the client waits for it. */
    <R> Future<R> repeat(Exchange exchange, Call call, String address, Object command, Class<R> result) {
        return client.callRepeatedly(address, call, command, result, exchange::isWanted)
                .compose(Bus::resultOf);
    }

    /** For all other commands. */
    <R> Future<R> once(Exchange exchange, String address, Object command, Class<R> result) {
        return client.call(address, newCall(exchange, WRITE_LIMIT_MS), command, result)
                .compose(Bus::resultOf);
    }

    static <R> Future<R> resultOf(Reply<R> reply) {
        return reply.fold(Future::succeededFuture, refusal -> Future.failedFuture(Rejected.by(refusal)));
    }
}
