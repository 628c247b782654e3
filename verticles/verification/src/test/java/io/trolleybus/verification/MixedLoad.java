package io.trolleybus.verification;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What customers do all day, at a steady rate: one request of four is an order. It remembers how each of them went, and
 * fails for none: that is for the test to judge.
 */
final class MixedLoad implements AutoCloseable {

    static final int REQUESTS_PER_SECOND = 100;

    private static final int ACCOUNTS = 8;
    private static final Duration ALL_WITHIN = Duration.ofMinutes(2);
    private static final int REPEATED_AT_ONCE = 16;
    private static final StubbornBuyer STUBBORN = new StubbornBuyer(Set.of(409, 503), true, ALL_WITHIN);

    private static final List<Sample.Kind> KINDS = List.of(Sample.Kind.values());

    /** By this thread, which asks one gateway at a time. */
    private static final ThreadLocal<@Nullable URI> ASKED = new ThreadLocal<>();

    private final AtomicInteger sent = new AtomicInteger();
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final Queue<Placed> placed = new ConcurrentLinkedQueue<>();
    private final Queue<Attempt> unacknowledged = new ConcurrentLinkedQueue<>();
    private final String sku;
    private final List<Customer> customers;
    private final SteadyLoad<Integer> load;

    private record Attempt(Customer customer, Purchase purchase) {}

    MixedLoad(Supplier<URI> gateways, String sku) {
        Api api = Api.at(() -> {
            URI gateway = gateways.get();
            ASKED.set(gateway);
            return gateway;
        });
        this.sku = sku;
        this.customers =
                Stream.generate(() -> Customer.join(api)).limit(ACCOUNTS).toList();
        this.load = new SteadyLoad<>(REQUESTS_PER_SECOND, this::request);
    }

    private int request(int number) {
        sent.incrementAndGet();
        Sample.Kind kind = KINDS.get(number % KINDS.size());
        Customer customer = customers.get(number / KINDS.size() % ACCOUNTS);
        Purchase purchase = Purchase.of(sku, 1);
        Instant begun = Instant.now();
        String outcome;
        try {
            Reply reply = send(kind, customer, purchase);
            outcome = Integer.toString(reply.status());
            if (kind == Sample.Kind.BUY && reply.status() == 201) {
                placed.add(new Placed(customer, purchase, reply.as(Order.class).id()));
            }
        } catch (UncheckedIOException broken) {
            outcome = Objects.requireNonNullElse(broken.getCause(), broken)
                    .getClass()
                    .getSimpleName();
        }
        Sample sample = new Sample(
                kind,
                Optional.ofNullable(ASKED.get()).orElseThrow(),
                begun,
                Duration.between(begun, Instant.now()),
                outcome);
        samples.add(sample);
        if (kind == Sample.Kind.BUY && sample.failed()) {
            unacknowledged.add(new Attempt(customer, purchase));
        }
        return number;
    }

    private Reply send(Sample.Kind kind, Customer customer, Purchase purchase) {
        return switch (kind) {
            case BUY -> customer.post(purchase);
            case ORDERS -> customer.session().get("/api/v1/orders?limit=5");
            case PRODUCT -> customer.session().get("/api/v1/products/" + sku);
            case ACCOUNT -> customer.session().get("/api/v1/users/me");
        };
    }

    /** Blocks for that time, in which requests go on being sent. */
    void lasts(Duration time) {
        int before = sent.get();
        await("requests for " + time)
                .pollDelay(time)
                .atMost(time.plus(ALL_WITHIN))
                .until(() -> sent.get() > before);
    }

    /** How it went so far. */
    Samples soFar() {
        return new Samples(List.copyOf(samples));
    }

    /** Sends no more, waits for the last answers, and then repeats what was not acknowledged until it is. */
    List<Placed> end() throws InterruptedException {
        load.end();
        try (Crowd crowd = new Crowd(REPEATED_AT_ONCE)) {
            placed.addAll(crowd.run(
                    unacknowledged.stream()
                            .<Callable<Placed>>map(one -> () -> STUBBORN.buy(one.customer, one.purchase))
                            .toList(),
                    ALL_WITHIN));
        }
        return List.copyOf(placed);
    }

    @Override
    public void close() {
        load.close();
    }
}
