package io.trolleybus.chassis;

import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Sends requests to members that speak HTTP: to one whose breaker is not open, with limits on how long it takes, how
 * much comes back and how many are under way, and to the next one if nothing was sent or the request may be repeated.
 * For one event loop.
 */
public final class HttpMemberClient {
    /** Says to a member how long it is waited for. */
    public static final String TIMEOUT_MS = "X-Trolleybus-Timeout-Ms";

    private static final int MAX_ANSWER_BYTES = 1024 * 1024;
    private static final long BREAKER_RESET_MS = 5_000;

    /** One that cannot be reached for so long, and that does not renew its record, is gone. */
    private static final long GIVEN_UP_AFTER_MS = 600_000;

    private static final int MAX_FAILURES = 10;
    private static final int CONNECT_LIMIT_MS = 1_000;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 4 * 1024;

    /** Shorter than servers keep them as a rule, so that few requests meet a connection that is being closed. */
    private static final int KEEP_ALIVE_S = 4;

    private static final int LEAST_STATUS = 200;
    private static final int MOST_STATUS = 599;
    private static final long NO_TIMEOUT = -1;
    private static final Set<HttpMethod> BODILESS = Set.of(HttpMethod.GET, HttpMethod.DELETE);
    private static final Set<HttpMethod> REPEATABLE = Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);

    private final Vertx vertx;
    private final InstantSource clock;
    private final HttpMembers members;
    private final Breakers.Caller watched;
    private final HttpClient client;
    private final Map<Callee, Line> lines = new HashMap<>();
    private final HttpMemberLoad load = new HttpMemberLoad();
    private int turn;

    /**
     * A request as it goes to whichever member takes it.
     *
     * @param principal on whose behalf it goes
     * @param target path and query, from the root of the service
     * @param isWanted whether whoever asks waits still
     * @param untilMs when whoever asks stops waiting, by the clock of this process
     */
    public record Outgoing(
            String service,
            String principal,
            String target,
            HttpMethod method,
            MultiMap headers,
            Buffer body,
            BooleanSupplier isWanted,
            long untilMs) {
        private boolean mayFollow(Throwable cause) {
            if (!isWanted.getAsBoolean()) {
                return false;
            }
            boolean unsent = cause instanceof OpenCircuitException || cause instanceof Unsent;
            return unsent || (REPEATABLE.contains(method) && !(cause instanceof BoundedResponse.TooLarge));
        }
    }

    /** @param member who answered */
    public record Incoming(HttpMember member, int status, MultiMap headers, Buffer body) {}

    private record Callee(String service, String node) {}

    private static final class Line {
        final CircuitBreaker breaker;
        /** Since when no connection was to be had; zero if there was one the last time. */
        long deadSinceMs;

        Line(CircuitBreaker breaker) {
            this.breaker = breaker;
        }
    }

    /** What was asked may have been done, but there is no answer that could be used. */
    public static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** What became of the answer. */
        public enum Why {
            TOO_LATE,
            TOO_LARGE,
            BROKEN_OFF
        }

        private final Why why;

        private NoAnswer(Why why, Throwable cause) {
            super("no answer: " + why, cause, false, false);
            this.why = why;
        }

        public Why why() {
            return why;
        }
    }

    /** No connection was to be had, so the member knows of nothing. */
    private static final class Unsent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsent(Throwable cause) {
            super("no connection", cause, false, false);
        }
    }

    /** @param watched the breakers of whoever calls */
    public HttpMemberClient(Vertx vertx, InstantSource clock, HttpMembers members, Breakers.Caller watched) {
        this.vertx = vertx;
        this.clock = clock;
        this.members = members;
        this.watched = watched;
        var options = new HttpClientOptions()
                .setConnectTimeout(CONNECT_LIMIT_MS)
                .setKeepAliveTimeout(KEEP_ALIVE_S)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setTracingPolicy(TracingPolicy.IGNORE);
        var pool = new PoolOptions()
                .setHttp1MaxSize(HttpMemberLoad.MOST_TO_ONE_SERVICE)
                .setMaxWaitQueueSize(HttpMemberLoad.MOST);
        this.client = vertx.createHttpClient(options, pool);
    }

    /**
     * Fails as {@link UnavailableException} or {@link BusyException} if nothing was done, and as {@link NoAnswer} if
     * that is not known.
     */
    public Future<Incoming> send(Outgoing outgoing) {
        String service = outgoing.service;
        List<HttpMember> candidates = inOrder(members.of(service), outgoing);
        if (candidates.isEmpty()) {
            return Future.failedFuture(new UnavailableException("there is no " + service));
        }
        if (!load.add(service, outgoing.principal)) {
            return Future.failedFuture(new BusyException("too much is under way to " + service));
        }
        return attempt(outgoing, candidates.iterator())
                .onComplete(done -> load.remove(service, outgoing.principal))
                .recover(cause -> Future.failedFuture(meaningOf(service, cause)));
    }

    /** In turn, those whose breaker is open last; one that is alone is asked again if that may be. */
    private List<HttpMember> inOrder(List<HttpMember> there, Outgoing outgoing) {
        List<HttpMember> inTurn = new ArrayList<>(there);
        Collections.rotate(inTurn, turn++);
        inTurn.sort(Comparator.comparing(member -> line(member).breaker.state() == CircuitBreakerState.OPEN));
        if (inTurn.size() == 1 && REPEATABLE.contains(outgoing.method)) {
            inTurn.add(inTurn.get(0));
        }
        return inTurn;
    }

    private Future<Incoming> attempt(Outgoing outgoing, Iterator<HttpMember> candidates) {
        HttpMember member = candidates.next();
        long leftMs = outgoing.untilMs - clock.millis();
        if (leftMs <= 0) {
            return Future.failedFuture(new TimeoutException("no time left"));
        }
        // There is somebody else to ask: one that is alone has all the time.
        boolean halves =
                candidates.hasNext() && members.of(outgoing.service).size() > 1 && REPEATABLE.contains(outgoing.method);
        long limitMs = Math.max(1, halves ? leftMs / 2 : leftMs);
        Line line = line(member);
        return line.breaker
                .execute(() -> exchange(member, outgoing, limitMs)
                        .onComplete(done -> note(member, line, done.cause() instanceof Unsent)))
                .recover(cause -> candidates.hasNext() && outgoing.mayFollow(cause)
                        ? attempt(outgoing, candidates)
                        : Future.failedFuture(cause));
    }

    private Future<Incoming> exchange(HttpMember member, Outgoing outgoing, long limitMs) {
        var options = new RequestOptions()
                .setMethod(outgoing.method)
                .setHost(member.host())
                .setPort(member.port())
                .setSsl(member.ssl())
                .setURI(member.root() + outgoing.target)
                .setHeaders(MultiMap.caseInsensitiveMultiMap()
                        .setAll(outgoing.headers)
                        .set(TIMEOUT_MS, Long.toString(limitMs)))
                .setConnectTimeout(Math.min(limitMs, CONNECT_LIMIT_MS))
                .setFollowRedirects(false);
        return client.request(options)
                .recover(cause -> Future.failedFuture(new Unsent(cause)))
                .compose(request -> TimeLimit.within(limitMs, vertx, exchange(request, member, outgoing))
                        .onFailure(cause -> request.reset()));
    }

    private static Future<Incoming> exchange(HttpClientRequest request, HttpMember member, Outgoing outgoing) {
        // Of what usually has a body the length is told, if it is none (RFC 9110, section 8.6).
        boolean hasLength = outgoing.body.length() > 0 || !BODILESS.contains(outgoing.method);
        return (hasLength ? request.send(outgoing.body) : request.send())
                .compose(response -> BoundedResponse.read(response, MAX_ANSWER_BYTES)
                        .map(whole -> new Incoming(member, response.statusCode(), response.headers(), whole)))
                .compose(answer -> answer.status >= LEAST_STATUS && answer.status <= MOST_STATUS
                        ? Future.succeededFuture(answer)
                        : Future.failedFuture("that is not HTTP"));
    }

    private void note(HttpMember member, Line line, boolean unreachable) {
        long nowMs = clock.millis();
        if (!unreachable) {
            line.deadSinceMs = 0;
        } else if (line.deadSinceMs == 0) {
            line.deadSinceMs = nowMs;
        } else if (!member.isLeased() && nowMs - line.deadSinceMs > GIVEN_UP_AFTER_MS) {
            members.remove(member);
        }
    }

    private static Throwable meaningOf(String service, Throwable cause) {
        if (cause instanceof OpenCircuitException || cause instanceof Unsent) {
            return new UnavailableException(service + " cannot be reached", cause);
        }
        NoAnswer.Why why = NoAnswer.Why.BROKEN_OFF;
        if (cause instanceof TimeoutException) {
            why = NoAnswer.Why.TOO_LATE;
        } else if (cause instanceof BoundedResponse.TooLarge) {
            why = NoAnswer.Why.TOO_LARGE;
        }
        return new NoAnswer(why, cause);
    }

    private Line line(HttpMember member) {
        var callee = new Callee(member.service(), member.node());
        Line known = lines.get(callee);
        if (known != null) {
            return known;
        }
        forgetAbsent();
        var line = new Line(watched.watch(newBreaker(callee), nameOf(callee), callee.node));
        lines.put(callee, line);
        return line;
    }

    /** Members that never come back must not be remembered for ever. */
    private void forgetAbsent() {
        lines.keySet().removeIf(callee -> {
            boolean absent = members.of(callee.service).stream()
                    .noneMatch(member -> member.node().equals(callee.node));
            if (absent) {
                watched.forget(nameOf(callee), callee.node);
            }
            return absent;
        });
    }

    /** Told apart from our own services, of which one may have the same name. */
    private static String nameOf(Callee callee) {
        return HttpMember.besideOurs(callee.service);
    }

    /** Only silence counts against a member; a failure that it tells of is an answer. */
    private CircuitBreaker newBreaker(Callee callee) {
        var options = new CircuitBreakerOptions()
                .setMaxFailures(MAX_FAILURES)
                .setMaxRetries(0)
                .setTimeout(NO_TIMEOUT)
                .setResetTimeout(BREAKER_RESET_MS);
        return CircuitBreaker.create(nameOf(callee) + '@' + callee.node, vertx, options)
                .failurePolicy(done -> done.failed() && !(done.cause() instanceof BoundedResponse.TooLarge));
    }
}
