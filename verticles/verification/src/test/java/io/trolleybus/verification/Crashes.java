package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Buyers who do not give up, on a platform whose processes end at moments that a seed decides. */
final class Crashes {

    private static final System.Logger LOG = System.getLogger(Crashes.class.getName());

    private static final int ORDERS = 300;
    private static final int CLIENTS = 32;
    private static final int ACCOUNTS = 8;
    private static final int CRASHES = 5;

    /** A crash comes up to so long after the acknowledgement that it was bound to, so that it meets any stage. */
    private static final int CRASH_LAG_MS = 300;

    /** Prices in cents, and units in stock: three products with plenty, and one that is soon gone. */
    private static final Map<Long, Long> PRICES =
            new TreeMap<>(Map.of(399L, 5_000L, 1_250L, 5_000L, 7_777L, 30L, 24_900L, 5_000L));

    private static final Duration CRASH_DUE_WITHIN = Duration.ofSeconds(60);
    private static final Duration ALL_WITHIN = Duration.ofMinutes(2);

    /** Starting, stopping, waiting out a deadline: refusals that a client meets while its platform comes and goes. */
    private static final StubbornBuyer BUYER = new StubbornBuyer(Set.of(409, 503), true, ALL_WITHIN);

    private final long seed = Long.getLong("trolleybus.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicInteger acknowledged = new AtomicInteger();

    /** Returns when every order has ended as it should. */
    static void survivedBy(Platform platform) {
        new Crashes().survivedByOrders(platform);
    }

    private void survivedByOrders(Platform platform) {
        LOG.log(System.Logger.Level.INFO, "repeat with -Dtrolleybus.seed={0}", Long.toString(seed));
        Shop shop = Shop.at(platform);
        Map<String, Long> stock = new LinkedHashMap<>();
        PRICES.forEach((price, units) -> stock.put(shop.operator().addProduct(Money.eur(price), units), units));
        List<Customer> accounts =
                Stream.generate(shop::newCustomer).limit(ACCOUNTS).toList();
        List<Callable<Placed>> purchases = purchases(accounts, List.copyOf(stock.keySet()));

        List<Placed> placed;
        try (Crowd clients = new Crowd(CLIENTS)) {
            List<Future<Placed>> running = clients.start(purchases);
            crashAgainAndAgain(platform, running);
            placed = Crowd.outcomes(running, ALL_WITHIN);
        }

        assertThat(placed).hasSize(ORDERS);
        assertOutcomes(placed, new Invariants(shop, placed, stock).hold());
    }

    /**
     * Each crash is bound to a random acknowledgement of its share of the orders, so that none meets an idle platform.
     */
    private void crashAgainAndAgain(Platform platform, List<Future<Placed>> running) {
        int share = ORDERS / (CRASHES + 1);
        for (int crash = 0; crash < CRASHES; crash++) {
            int due = crash * share + random.nextInt(share);
            await("crash " + (crash + 1) + " with seed " + seed)
                    .atMost(CRASH_DUE_WITHIN)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1 + random.nextInt(CRASH_LAG_MS)))
                    .until(() -> {
                        Crowd.assertNoneFailed(running);
                        return acknowledged.get() >= due;
                    });
            platform.crashAndReturn();
        }
    }

    private List<Callable<Placed>> purchases(List<Customer> accounts, List<String> skus) {
        List<Callable<Placed>> purchases = new ArrayList<>();
        IntStream.range(0, ORDERS).forEach(i -> {
            Customer customer = accounts.get(i % ACCOUNTS);
            Purchase purchase = randomPurchase(skus);
            purchases.add(() -> {
                Placed placed = BUYER.buy(customer, purchase);
                acknowledged.incrementAndGet();
                return placed;
            });
        });
        return purchases;
    }

    private Purchase randomPurchase(List<String> skus) {
        int first = random.nextInt(skus.size());
        Purchase purchase = Purchase.of(skus.get(first), 1 + random.nextInt(3)).paidWith(randomToken());
        if (random.nextBoolean()) {
            purchase = purchase.and(skus.get((first + 1) % skus.size()), 1 + random.nextInt(2));
        }
        return random.nextBoolean() ? purchase.waiting(10) : purchase;
    }

    private String randomToken() {
        int percent = random.nextInt(100);
        if (percent < 84) {
            return "tok_ok";
        }
        return Map.of(0, "tok_declined", 1, "tok_flaky", 2, "tok_slow", 3, "tok_lost_reply")
                .getOrDefault(percent % 4, "tok_ok");
    }

    /** The invariants would hold of orders that were all rejected, too: most must have been confirmed. */
    private static void assertOutcomes(List<Placed> placed, List<Order> ended) {
        assertThat(ended)
                .extracting(Order::outcome)
                .isSubsetOf(
                        "CONFIRMED",
                        "REJECTED out-of-stock",
                        "REJECTED payment-declined",
                        "REJECTED payment-unavailable",
                        "REJECTED expired");
        assertThat(ended).filteredOn(Order::isConfirmed).hasSizeGreaterThan(ORDERS / 2);
        for (int i = 0; i < placed.size(); i++) {
            if (placed.get(i).purchase().token().equals("tok_declined")) {
                assertThat(ended.get(i).status()).isEqualTo("REJECTED");
            }
        }
    }
}
