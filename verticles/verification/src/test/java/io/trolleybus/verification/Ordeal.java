package io.trolleybus.verification;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Customers of a cluster before, during and after a fault. Ending it checks that no acknowledged order suffered; what
 * they saw of the fault is what it returns.
 */
final class Ordeal implements AutoCloseable {

    private static final long UNITS = 1_000_000;

    /** Processes that have just started are slow. */
    private static final Duration WARM_WITHIN = Duration.ofSeconds(60);

    private static final Duration WARM = Duration.ofMillis(200);
    private static final Duration BEFORE = Duration.ofSeconds(5);

    /** Of the requests of that time, most of which have been answered at its end if the cluster is warm. */
    private static final int FEWEST_BEFORE = 5 * MixedLoad.REQUESTS_PER_SECOND * 9 / 10;

    /** Normal is what is at most three times as slow as before; or this, on a machine that has other work too. */
    private static final Duration NORMAL_AT_LEAST = Duration.ofMillis(300);

    private final Findings findings;
    private final Balancer balancer;
    private final Shop shop;
    private final DiscoveryWatch watch;
    private final String sku;
    private final MixedLoad load;
    private final Duration normal;

    Ordeal(String name, Platform cluster) {
        List<URI> gateways = cluster.gateways();
        findings = new Findings(name);
        balancer = new Balancer(gateways);
        shop = Shop.at(cluster, balancer);
        watch = new DiscoveryWatch(gateways, shop.operator().session());
        sku = shop.operator().addProduct(Money.eur(1_000), UNITS);
        load = new MixedLoad(balancer, sku);
        Duration before = warmUp();
        findings.note("p99 before", before);
        Duration thrice = before.multipliedBy(3);
        normal = thrice.compareTo(NORMAL_AT_LEAST) > 0 ? thrice : NORMAL_AT_LEAST;
    }

    /** @return within which time 99 of 100 requests are answered when nothing is wrong */
    private Duration warmUp() {
        Instant begun = Instant.now();
        Duration p99;
        boolean isWarm;
        do {
            Instant from = Instant.now();
            load.lasts(BEFORE);
            Samples answered = load.soFar().sentWithin(from, Instant.now());
            p99 = answered.p99();
            isWarm = answered.all().size() >= FEWEST_BEFORE && p99.compareTo(WARM) <= 0;
        } while (!isWarm && Instant.now().isBefore(begun.plus(WARM_WITHIN)));
        return p99;
    }

    Findings findings() {
        return findings;
    }

    DiscoveryWatch watch() {
        return watch;
    }

    Shop shop() {
        return shop;
    }

    void lasts(Duration time) {
        load.lasts(time);
    }

    /** The answer time of 99 of 100 requests up to which all is well. */
    Duration normal() {
        return normal;
    }

    /** Ends the load and checks what must hold of every order, and returns what clients saw. */
    Samples end() throws InterruptedException {
        List<Placed> placed = load.end();
        Samples samples = load.soFar();
        findings.note("requests", samples.all().size());
        findings.note("orders acknowledged", placed.size());
        boolean held = false;
        try {
            List<Order> ended = new Invariants(shop, placed, Map.of(sku, UNITS)).hold();
            findings.note("orders ended", ended.stream().collect(groupingBy(Order::outcome, TreeMap::new, counting())));
            held = true;
        } finally {
            findings.holds("nothing lost, doubled, oversold or leaked", held ? "holds" : "BROKEN", held);
        }
        return samples;
    }

    /** @param event from which on the seconds are counted */
    void noteErrors(String when, Samples samples, Instant event) {
        Samples failed = samples.failed();
        findings.note("errors " + when, failed.outcomes() + " " + failed.span(event));
    }

    @Override
    public void close() {
        load.close();
        watch.close();
        balancer.close();
    }
}
