package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Requests at a rate that does not depend on the answers (an open loop): those who come to a shop do not wait for those
 * before them. All of it is done by one event loop, which costs a fraction of what the requests cost who answers them.
 */
final class OpenLoad implements AutoCloseable {
    static final int BROKEN = -1;

    /** As many connections; what is due beyond that is not sent, and counted. */
    private static final int MAX_UNDER_WAY = 6_000;

    private static final long TICK_MS = 2;
    private static final Duration LAST_ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final int IDLE_SECONDS = 5;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setKeepAliveTimeout(IDLE_SECONDS),
            new PoolOptions().setHttp1MaxSize(MAX_UNDER_WAY).setMaxWaitQueueSize(MAX_UNDER_WAY));
    private final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger unsent = new AtomicInteger();
    private final URI server;
    private final Supplier<Post> posts;

    /** @param headers names and values in turn */
    record Post(String path, List<String> headers, String body) {}

    /** @param dueNs, answeredNs of {@link System#nanoTime()} */
    record Answered(long dueNs, long answeredNs, int status, String body) {
        double seconds() {
            return (answeredNs - dueNs) / (double) TimeUnit.SECONDS.toNanos(1);
        }
    }

    /** @param posts is asked for each anew, on one thread */
    OpenLoad(URI server, Supplier<Post> posts) {
        this.server = server;
        this.posts = posts;
    }

    /** Sends all that is due in that time, and returns without waiting for the last answers. */
    void send(int perSecond, Duration time) {
        long startedNs = System.nanoTime();
        long all = time.toMillis() * perSecond / TimeUnit.SECONDS.toMillis(1);
        var sent = new AtomicLong();
        vertx.setPeriodic(TICK_MS, tick -> {
            long due = (System.nanoTime() - startedNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
            while (sent.get() < Math.min(due, all)) {
                sendOne(startedNs + sent.getAndIncrement() * TimeUnit.SECONDS.toNanos(1) / perSecond, answer -> false);
            }
            if (sent.get() == all) {
                vertx.cancelTimer(tick);
            }
        });
        await().atMost(time.plus(LAST_ANSWER_WITHIN)).until(() -> sent.get() == all);
    }

    /** As many at a time as said, each followed by another when it is answered (a closed loop), for that time. */
    void sendInTurn(int clients, Duration time) {
        long endNs = System.nanoTime() + time.toNanos();
        for (int i = 0; i < clients; i++) {
            loop.runOnContext(turn -> sendOne(System.nanoTime(), answer -> answer.answeredNs < endNs));
        }
        await().atMost(time.plus(LAST_ANSWER_WITHIN)).until(() -> System.nanoTime() >= endNs);
        awaitAll();
    }

    /** @param dueNs from when on it is waited for, however late it is sent */
    private void sendOne(long dueNs, Predicate<Answered> again) {
        if (underWay.get() >= MAX_UNDER_WAY) {
            unsent.incrementAndGet();
            return;
        }
        Post post = posts.get();
        underWay.incrementAndGet();
        var target = new RequestOptions()
                .setHost(server.getHost())
                .setPort(server.getPort())
                .setMethod(HttpMethod.POST)
                .setURI(post.path)
                .setTimeout(LAST_ANSWER_WITHIN.toMillis());
        for (int i = 0; i < post.headers.size(); i += 2) {
            target.putHeader(post.headers.get(i), post.headers.get(i + 1));
        }
        http.request(target)
                .compose(request -> request.send(post.body))
                .compose(response -> response.body()
                        .map(body -> new Answered(dueNs, System.nanoTime(), response.statusCode(), body.toString())))
                .otherwise(broken -> new Answered(dueNs, System.nanoTime(), BROKEN, String.valueOf(broken)))
                .onSuccess(answer -> {
                    answered.add(answer);
                    if (again.test(answer)) {
                        sendOne(System.nanoTime(), again);
                    }
                    underWay.decrementAndGet();
                });
    }

    void awaitAll() {
        await().atMost(LAST_ANSWER_WITHIN.multipliedBy(2)).until(() -> underWay.get() == 0);
    }

    int unsent() {
        return unsent.get();
    }

    List<Answered> answered() {
        return new ArrayList<>(answered);
    }

    static Map<Integer, Long> statuses(List<Answered> all) {
        return all.stream().collect(Collectors.groupingBy(Answered::status, TreeMap::new, Collectors.counting()));
    }

    @Override
    public void close() {
        await().until(vertx.close()::isComplete);
    }
}
