package io.trolleybus.verification;

import static java.util.stream.Collectors.toSet;

import io.trolleybus.verification.OpenLoad.Answered;
import io.trolleybus.verification.OpenLoad.Post;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three times as many orders come as can be carried out. They come from a processor of their own: on a shared one the
 * platform would be slow because of who asks, and who asks could not keep up.
 */
@Tag("chaos")
final class OverloadChaosTest {
    private static final int CUSTOMERS = 64;
    private static final int CLIENTS = 64;
    private static final int TIMES = 3;
    private static final long UNITS = 10_000_000;
    private static final int WAIT_S = 10;

    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration AT_THE_PEAK = Duration.ofSeconds(20);
    private static final Duration OVERLOADED = Duration.ofSeconds(60);
    private static final Duration AFTERWARDS = Duration.ofSeconds(15);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(5);
    private static final Duration P99_AT_MOST = Duration.ofSeconds(5);
    private static final double GOODPUT_AT_LEAST = 0.8;

    @Test
    @Timeout(400)
    void threeTimesThePeakForAMinute() {
        try (var processors = new Processors();
                PlatformProcess platform = new PlatformProcess(Launch.on(PlatformProcess.freshDirectory("overload"))
                                .startedBy(processors.other())
                                .with("TROLLEYBUS_GATEWAY_RATE_REQUESTS", "1000000")
                                .with("TROLLEYBUS_GATEWAY_RATE_LOGINS_PER_MINUTE", "1000000"))
                        .start()) {
            var findings = new Findings("overload");
            Shop shop = Shop.at(platform);
            String sku = shop.operator().addProduct(Money.eur(100), UNITS);
            URI gateway = platform.gateways().get(0);
            Supplier<Post> orders = orders(shop, sku);
            try (var warmUp = new OpenLoad(gateway, orders);
                    var atThePeak = new OpenLoad(gateway, orders);
                    var overload = new OpenLoad(gateway, orders);
                    var after = new OpenLoad(gateway, orders)) {
                warmUp.sendInTurn(CLIENTS, WARM_UP);
                atThePeak.sendInTurn(CLIENTS, AT_THE_PEAK);
                double peak = confirmed(atThePeak.answered()).size() / (double) AT_THE_PEAK.toSeconds();
                findings.note("peak, orders confirmed a second", round(peak));

                long startedNs = System.nanoTime();
                overload.send((int) Math.round(peak * TIMES), OVERLOADED);
                long endedNs = System.nanoTime();
                after.send((int) Math.round(peak / 2), AFTERWARDS);
                after.awaitAll();
                judge(findings, overload, peak, startedNs, endedNs);
                findings.within("all served again", servedAgain(after.answered(), endedNs), RECOVERED_WITHIN);
            }
            findings.judge();
        }
    }

    private static Supplier<Post> orders(Shop shop, String sku) {
        List<String> tokens = Stream.generate(shop::newCustomer)
                .limit(CUSTOMERS)
                .map(customer -> customer.session().authorization())
                .toList();
        var number = new AtomicInteger();
        return () -> {
            Purchase purchase = Purchase.of(sku, 1).waiting(WAIT_S);
            List<String> headers = new ArrayList<>(List.of(purchase.headers()));
            headers.addAll(List.of("Authorization", tokens.get(number.getAndIncrement() % CUSTOMERS)));
            headers.addAll(List.of("Content-Type", "application/json"));
            return new Post("/api/v1/orders", headers, Json.write(purchase.body()));
        };
    }

    private static List<Answered> confirmed(List<Answered> all) {
        return all.stream()
                .filter(answer -> answer.status() == 201 && answer.body().contains("\"CONFIRMED\""))
                .toList();
    }

    private static void judge(Findings findings, OpenLoad overload, double peak, long startedNs, long endedNs) {
        overload.awaitAll();
        List<Answered> all = overload.answered();
        List<Answered> good = confirmed(all).stream()
                .filter(answer -> answer.answeredNs() <= endedNs)
                .toList();
        double seconds = (endedNs - startedNs) / (double) TimeUnit.SECONDS.toNanos(1);
        double goodput = good.size() / seconds / peak;
        findings.note("requests by status", OpenLoad.statuses(all));
        findings.none("not sent", overload.unsent(), overload.unsent() == 0);
        findings.holds(
                "goodput, of the peak", round(goodput) + " (>= " + GOODPUT_AT_LEAST + ")", goodput >= GOODPUT_AT_LEAST);
        findings.within("p99 of those who were let in", Optional.of(p99(all, Set.of(201))), P99_AT_MOST);
        findings.note("p99 of those who were refused", p99(all, Set.of(429, 503)));
        Set<Integer> others = all.stream()
                .map(Answered::status)
                .filter(status -> !Set.of(201, 429, 503).contains(status))
                .collect(toSet());
        findings.none("other answers", new TreeSet<>(others), others.isEmpty());
    }

    private static Duration p99(List<Answered> all, Set<Integer> statuses) {
        List<Double> seconds = all.stream()
                .filter(answer -> statuses.contains(answer.status()))
                .map(Answered::seconds)
                .sorted()
                .toList();
        return seconds.isEmpty()
                ? Duration.ZERO
                : Duration.ofMillis(Math.round(seconds.get(seconds.size() * 99 / 100) * 1_000));
    }

    /** From the end of the overload to the first request after which all were served. */
    private static Optional<Duration> servedAgain(List<Answered> after, long endedNs) {
        long lastRefusedNs = after.stream()
                .filter(answer -> answer.status() != 201)
                .mapToLong(Answered::dueNs)
                .max()
                .orElse(endedNs);
        return after.stream().anyMatch(answer -> answer.dueNs() > lastRefusedNs)
                ? Optional.of(Duration.ofNanos(lastRefusedNs - endedNs))
                : Optional.empty();
    }

    private static String round(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
