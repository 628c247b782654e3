package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Losing every connection to PostgreSQL costs a client at most a polite refusal. */
@Tag("platform")
@org.junit.jupiter.api.Order(2)
final class DatabaseConnectionKilledTest {

    private static final int CLIENTS = 16;
    private static final int ACCOUNTS = 4;
    private static final int KILLS = 10;

    /** So many acknowledgements must come between two kills, which shows that the services are back. */
    private static final int ACKNOWLEDGED_BETWEEN_KILLS = 30;

    private static final Duration BACK_WITHIN = Duration.ofSeconds(10);
    private static final Duration CALL_WITHIN = Duration.ofSeconds(15);
    private static final Duration ALL_WITHIN = Duration.ofSeconds(60);
    private static final long STOCK = 1_000_000;

    /**
     * Anything but 201 or 503 fails, and so does a connection that breaks or a call that takes longer than its time.
     */
    private static final StubbornBuyer BUYER = new StubbornBuyer(Set.of(503), false, ALL_WITHIN);

    private static final String KILL_CONNECTIONS = """
            SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))
            FROM pg_stat_activity
            WHERE datname IN (%s) AND pid <> pg_backend_pid()
            """.formatted(Databases.SERVICES.stream()
            .map(service -> "'" + Databases.nameOf(service) + "'")
            .collect(Collectors.joining(", ")));

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void terminatedConnectionsYieldSuccessOr503AndLoseNothing() throws SQLException {
        try (Platform platform = Platform.ready("connections");
                Connection superuser = platform.databases().asSuperuser()) {
            Shop shop = Shop.at(platform);
            String sku = shop.operator().addProduct(Money.eur(1_500), STOCK);
            List<Customer> accounts = Stream.generate(
                            () -> Customer.join(shop.gateway().within(CALL_WITHIN)))
                    .limit(ACCOUNTS)
                    .toList();

            List<Placed> placed;
            try (Crowd clients = new Crowd(CLIENTS)) {
                List<Future<List<Placed>>> running = clients.start(buyersOf(sku, accounts));
                killAgainAndAgain(superuser, running);
                over.set(true);
                placed = Crowd.outcomes(running, ALL_WITHIN).stream()
                        .flatMap(List::stream)
                        .toList();
            }

            List<Order> ended = new Invariants(shop, placed, Map.of(sku, STOCK)).hold();
            assertThat(ended).filteredOn(Order::isConfirmed).hasSizeGreaterThan(ended.size() / 2);
            assertThat(platform.log().strayTraces()).isEmpty();
        }
    }

    private void killAgainAndAgain(Connection superuser, List<Future<List<Placed>>> running) throws SQLException {
        for (int kill = 0; kill < KILLS; kill++) {
            awaitAcknowledgements(running);
            assertThat(killConnections(superuser)).as("connections cut").isPositive();
        }
        awaitAcknowledgements(running);
    }

    private void awaitAcknowledgements(List<Future<List<Placed>>> running) {
        int due = acknowledged.get() + ACKNOWLEDGED_BETWEEN_KILLS;
        await("acknowledgements after connections were cut")
                .atMost(BACK_WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Crowd.assertNoneFailed(running);
                    return acknowledged.get() >= due;
                });
    }

    private static int killConnections(Connection superuser) throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet killed = statement.executeQuery(KILL_CONNECTIONS)) {
            killed.next();
            return killed.getInt(1);
        }
    }

    /** Clients that buy and look at what they bought until the test is over. */
    private List<Callable<List<Placed>>> buyersOf(String sku, List<Customer> accounts) {
        return IntStream.range(0, CLIENTS)
                .<Callable<List<Placed>>>mapToObj(i -> () -> {
                    List<Placed> placed = new ArrayList<>();
                    while (!over.get()) {
                        Placed one = BUYER.buy(accounts.get(i % ACCOUNTS), Purchase.of(sku, 1));
                        acknowledged.incrementAndGet();
                        placed.add(one);
                        look(one);
                    }
                    return placed;
                })
                .toList();
    }

    private static void look(Placed placed) {
        Reply reply = placed.customer().session().get("/api/v1/orders/" + placed.orderId());
        if (reply.status() != 200) {
            reply.expectProblem(503);
        }
    }
}
