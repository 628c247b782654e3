package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Requests at a rate that does not depend on the answers (an open loop), and without a thread for each: those who come
 * to a shop do not wait for those before them.
 */
final class OpenLoad {
    static final int BROKEN = -1;

    /** Beyond that this process would be what is overloaded; what is not sent counts as refused. */
    private static final int MAX_UNDER_WAY = 6_000;

    private static final Duration TICK = Duration.ofMillis(5);
    private static final Duration LAST_ANSWER_WITHIN = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LAST_ANSWER_WITHIN)
            .build();
    private final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private int unsent;

    /** @param sentNs, answeredNs of {@link System#nanoTime()} */
    record Answered(long sentNs, long answeredNs, int status, String body) {
        double seconds() {
            return (answeredNs - sentNs) / (double) TimeUnit.SECONDS.toNanos(1);
        }
    }

    private final Supplier<HttpRequest> requests;

    OpenLoad(Supplier<HttpRequest> requests) {
        this.requests = requests;
    }

    static HttpRequest.Builder to(URI gateway, String path) {
        return HttpRequest.newBuilder(gateway.resolve(path)).timeout(LAST_ANSWER_WITHIN);
    }

    /** Sends for that time, and returns without waiting for the last answers. */
    void send(int perSecond, Duration time) {
        long startedNs = System.nanoTime();
        var sent = new AtomicInteger();
        await().pollDelay(Duration.ZERO)
                .pollInterval(TICK)
                .pollInSameThread()
                .atMost(time.plus(LAST_ANSWER_WITHIN))
                .until(() -> {
                    long elapsedNs = Math.min(System.nanoTime() - startedNs, time.toNanos());
                    long due = elapsedNs * perSecond / TimeUnit.SECONDS.toNanos(1);
                    while (sent.get() < due) {
                        sent.incrementAndGet();
                        sendOne(answer -> false);
                    }
                    return elapsedNs >= time.toNanos();
                });
    }

    /** As many at a time as said, each followed by another when it is answered (a closed loop), for that time. */
    void sendInTurn(int clients, Duration time) {
        long endNs = System.nanoTime() + time.toNanos();
        for (int i = 0; i < clients; i++) {
            sendOne(answer -> answer.answeredNs < endNs);
        }
        awaitAll();
    }

    private void sendOne(Function<Answered, Boolean> again) {
        if (underWay.get() >= MAX_UNDER_WAY) {
            unsent++;
            return;
        }
        underWay.incrementAndGet();
        long sentNs = System.nanoTime();
        var unused = http.sendAsync(requests.get(), BodyHandlers.ofString()).handle((response, broken) -> {
            var answer = new Answered(
                    sentNs,
                    System.nanoTime(),
                    response == null ? BROKEN : response.statusCode(),
                    response == null ? String.valueOf(broken) : response.body());
            answered.add(answer);
            underWay.decrementAndGet();
            if (again.apply(answer)) {
                sendOne(again);
            }
            return answer;
        });
    }

    void awaitAll() {
        await().atMost(LAST_ANSWER_WITHIN.multipliedBy(2)).until(() -> underWay.get() == 0);
    }

    int unsent() {
        return unsent;
    }

    List<Answered> answered() {
        return new ArrayList<>(answered);
    }

    static Map<Integer, Long> statuses(List<Answered> all) {
        return all.stream().collect(Collectors.groupingBy(Answered::status, TreeMap::new, Collectors.counting()));
    }
}
