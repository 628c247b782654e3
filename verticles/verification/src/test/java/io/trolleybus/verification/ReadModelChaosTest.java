package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Read models of a hundred thousand orders are made anew while more arrive and all of them are read. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(560)
final class ReadModelChaosTest {
    private static final SeededOrders SEEDED = new SeededOrders(100_000, 2_000);
    private static final int ORDERS_PER_SECOND = 50;
    private static final int READS_PER_SECOND = 30;
    private static final int BUYERS = 20;
    private static final int WARM_ORDERS = 1_000;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private final PlatformProcess platform = PlatformProcess.fresh("read-model");
    private final LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
    private final Findings findings = new Findings("read-model");

    @AfterAll
    void end() {
        platform.close();
    }

    @Test
    void readModelsAreMadeAnewWhileFiftyOrdersArriveASecond() throws SQLException, InterruptedException {
        platform.start();
        Shop shop = Shop.at(platform);
        Session operator = shop.operator().session();
        var models = new ReadModels(operator);
        String sku = shop.operator().addProduct(Money.eur(1_000), 1_000_000);
        List<Customer> buyers = Stream.generate(shop::newCustomer).limit(BUYERS).toList();
        buyers.get(0).buyToTheEnd(Purchase.of(sku, 1));
        try (Connection orders = database("order")) {
            seed(orders, models);
            long pastUnits = models.sales(past(), "SEED-7", "units");
            assertThat(pastUnits).isPositive();
            warmUp(buyers, sku);
            List<UUID> customers = SEEDED.customers();
            try (var buying = new SteadyLoad<>(ORDERS_PER_SECOND, number -> buy(buyers.get(number % BUYERS), sku));
                    var reading = new SteadyLoad<>(READS_PER_SECOND, number -> {
                        assertListIsWhole(operator, customers.get(number % customers.size()));
                        assertThat(models.sales(past(), "SEED-7", "units")).isEqualTo(pastUnits);
                        return number;
                    })) {
                for (String name : ReadModels.NAMES) {
                    rebuild(models, name);
                    scan(orders, models.view(name).head());
                }
                for (String name : ReadModels.NAMES) {
                    models.awaitLive(name, WITHIN);
                }
                findings.note(
                        "orders placed meanwhile, none failed", buying.end().size());
                findings.note(
                        "reads meanwhile, none failed or short", reading.end().size());
            }
            compare(orders, models);
        }
        findings.judge();
    }

    private Connection database(String service) throws SQLException {
        Databases databases = platform.databases();
        return databases.connect(
                Databases.nameOf(service), Databases.SUPERUSER, databases.passwordOf(Databases.SUPERUSER));
    }

    /** With the saga of an order that was really placed, so that rows are what the service would have written. */
    private void seed(Connection orders, ReadModels models) throws SQLException {
        long begunNs = System.nanoTime();
        String saga;
        try (Statement statement = orders.createStatement();
                ResultSet found = statement.executeQuery("select saga::text from orders limit 1")) {
            found.next();
            saga = found.getString(1);
        }
        SEEDED.write(orders, saga);
        findings.note("seeding 100,000 orders", Duration.ofNanos(System.nanoTime() - begunNs));
        for (String name : ReadModels.NAMES) {
            await(name).atMost(WITHIN).until(() -> models.view(name).lag() == 0);
        }
        long head = models.view(ReadModels.NAMES.get(0)).head();
        await("inventory").atMost(WITHIN).until(() -> readByInventory() >= head);
    }

    /** How far inventory has come with the journal of orders it never heard of. */
    private long readByInventory() throws SQLException {
        try (Connection inventory = database("inventory")) {
            return number(inventory, "select min(position) from subscription");
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    /** A process that has just started is slow, and the first figures are not about that. */
    private static void warmUp(List<Customer> buyers, String sku) {
        try (Crowd crowd = new Crowd(8)) {
            crowd.run(
                    IntStream.range(0, WARM_ORDERS)
                            .<Callable<Integer>>mapToObj(number -> () -> buy(buyers.get(number % BUYERS), sku))
                            .toList(),
                    WITHIN);
        }
    }

    private void rebuild(ReadModels models, String name) {
        ReadModels.View before = models.view(name);
        long begunNs = System.nanoTime();
        models.rebuild(name).expect(202);
        models.awaitNext(before, WITHIN);
        long tookNs = System.nanoTime() - begunNs;
        findings.note(name + " of " + before.head() + " events", Duration.ofNanos(tookNs));
        findings.note(name + ", events/s", perSecond(before.head(), tookNs));
    }

    private void scan(Connection orders, long through) throws SQLException {
        long begunNs = System.nanoTime();
        long rows = JournalFold.scan(orders, through);
        findings.note("a plain select of the same, rows/s", perSecond(rows, System.nanoTime() - begunNs));
    }

    private static long perSecond(long count, long ns) {
        return count * 1_000_000_000L / ns;
    }

    private static int buy(Customer customer, String sku) {
        String id = customer.buy(Purchase.of(sku, 1)).id();
        JsonNode list =
                customer.session().get("/api/v1/orders?limit=100").expect(200).json();
        assertThat(Json.items(Order.class, list.path("items")).map(Order::id)).contains(id);
        return list.path("items").size();
    }

    private static void assertListIsWhole(Session operator, UUID customer) {
        JsonNode list = operator.get("/api/v1/orders?limit=100&userId=" + customer)
                .expect(200)
                .json();
        assertThat(list.path("items")).hasSize(SEEDED.ordersPerCustomer());
        JsonNode confirmed = operator.get("/api/v1/orders?limit=50&status=CONFIRMED")
                .expect(200)
                .json();
        assertThat(confirmed.path("items")).hasSize(50);
    }

    /** The days on which nothing is sold any more. */
    private String past() {
        return "&from=" + yesterday + "&to=" + yesterday;
    }

    /** When all orders have ended and all models have come to the journal's end. */
    private void compare(Connection orders, ReadModels models) throws SQLException {
        await().atMost(WITHIN).until(() -> {
            long open = number(orders, "select count(*) from orders where saga_owner is not null");
            orders.rollback();
            return open == 0;
        });
        for (String name : ReadModels.NAMES) {
            await(name).atMost(WITHIN).until(() -> models.view(name).lag() == 0);
        }
        JournalFold fold = JournalFold.of(orders);
        findings.note("orders in the journal at the end", fold.orders());
        var differences = fold.differences(orders);
        boolean none = differences.values().stream().allMatch(count -> count == 0);
        findings.none("rows that differ from a fold of the journal", none ? "none" : differences, none);
    }
}
