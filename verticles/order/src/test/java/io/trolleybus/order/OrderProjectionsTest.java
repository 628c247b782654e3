package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.testkit.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.Meters;
import io.trolleybus.chassis.Trace;
import io.trolleybus.journal.Append;
import io.trolleybus.journal.Journal;
import io.trolleybus.journal.Projection;
import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.LineRequest;
import io.trolleybus.model.OrderMessages.OrderLine;
import io.trolleybus.model.Page;
import io.trolleybus.model.ProjectionMessages;
import io.trolleybus.model.ProjectionMessages.FindProjections;
import io.trolleybus.model.ProjectionMessages.ProjectionList;
import io.trolleybus.model.ProjectionMessages.ProjectionState;
import io.trolleybus.model.ProjectionMessages.ProjectionView;
import io.trolleybus.model.ProjectionMessages.RebuildProjection;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.model.SalesMessages;
import io.trolleybus.model.SalesMessages.FindSales;
import io.trolleybus.model.SalesMessages.ProductSales;
import io.trolleybus.model.SalesMessages.SalesPage;
import io.trolleybus.order.domain.Order;
import io.trolleybus.order.domain.OrderCommand;
import io.trolleybus.order.domain.OrderEvent;
import io.trolleybus.order.domain.OrderEvent.OrderCreated;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The read models say of a journal what the domain says of it, however the journal was cut into stretches. */
class OrderProjectionsTest {
    private static final Instant BEGIN = Instant.parse("2026-02-27T20:00:00Z");
    private static final int ORDERS = 150;
    private static final int ROUNDS = 30;
    /** Nobody has rows of it removed. */
    private static final int FOLDED_HERE = 99;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Shop shop = Shop.open();
    private final Journal<OrderEvent> journal = new Journal<>(
            "order", OrderEvents.TYPES, shop.platform.vertx().eventBus(), new Meters(shop.platform.meters(), 1));
    private final Map<UUID, Order> orders = new HashMap<>();
    private final SalesFold sales = new SalesFold();

    @AfterEach
    void close() {
        shop.close();
    }

    /** One step of an order's life: what a random command comes to. */
    private List<OrderEvent> step(@Nullable Order order) {
        if (order == null) {
            return List.of(created());
        }
        OrderCommand command =
                switch (random.nextInt(9)) {
                    case 0, 1, 2 -> new OrderCommand.Confirm();
                    case 3 -> new OrderCommand.RequestCancel("twice", UUID.randomUUID());
                    case 4 -> new OrderCommand.CompleteCancel(null);
                    case 5 ->
                        new OrderCommand.Ship(UUID.randomUUID(), "Post", "RR1", shipped(order), UUID.randomUUID());
                    case 6 -> new OrderCommand.Deliver(UUID.randomUUID());
                    case 7 ->
                        new OrderCommand.RequestRefund(
                                UUID.randomUUID(),
                                new Money(1 + random.nextInt(300), "EUR"),
                                "broken",
                                UUID.randomUUID());
                    default ->
                        order.payment().refunds().isEmpty()
                                ? new OrderCommand.Confirm()
                                : new OrderCommand.CompleteRefund(order.payment()
                                        .refunds()
                                        .get(order.payment().refunds().size() - 1)
                                        .id());
                };
        return order.decide(command).fold(events -> events, refusal -> List.of());
    }

    private List<LineRequest> shipped(Order order) {
        OrderLine line = order.lines().get(random.nextInt(order.lines().size()));
        return List.of(new LineRequest(line.sku(), 1 + random.nextInt(line.quantity())));
    }

    private OrderCreated created() {
        List<OrderLine> lines = new ArrayList<>();
        long total = 0;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            int quantity = 1 + random.nextInt(2);
            var price = new Money(random.nextInt(500), "EUR");
            lines.add(new OrderLine("SKU-" + i, "Thing " + i, quantity, price, price.times(quantity)));
            total += price.amount() * quantity;
        }
        UUID user = random.nextBoolean() ? Objects.requireNonNull(ALICE.userId()) : UUID.randomUUID();
        return new OrderCreated(user, lines, new Money(total, "EUR"), UUID.randomUUID());
    }

    /** All orders take a step, seven hours later than the last time. */
    private void round(List<UUID> ids, int round) {
        Instant at = BEGIN.plus(Duration.ofHours(7L * round));
        List<Append<OrderEvent>> appends = new ArrayList<>();
        for (UUID id : ids) {
            Order order = orders.get(id);
            int version = order == null ? 0 : order.version();
            List<OrderEvent> events = step(order);
            for (OrderEvent event : events) {
                sales.add(order, event, at);
                order = event.applyTo(order, id, at);
            }
            if (!events.isEmpty()) {
                orders.put(id, Objects.requireNonNull(order));
                appends.add(new Append<>(id, version, events, Trace.root(random, false), at));
            }
        }
        await(shop.orders.onLoop(context -> context.database().transaction(tx -> journal.append(tx, appends))));
        // A report brings its projection to the journal's end.
        if (random.nextBoolean()) {
            salesBetween("2026-02-01", "2026-03-31", new Page(1, null));
        }
    }

    /** Makes rows of a generation that nobody reads, in stretches of random length. */
    private void fold(Projection projection, int generation) {
        long head = shop.database().number("select position from journal_head");
        for (long from = 0; from < head; ) {
            Tuple stretch = Tuple.of(generation, from, Math.min(head, from + 1 + random.nextInt(60)));
            for (String fold : projection.folds()) {
                await(shop.orders.onLoop(context -> context.database().commit(fold, stretch)));
            }
            from = stretch.getLong(2);
        }
    }

    private Reply<SalesPage> salesBetween(String from, String to, Page page) {
        return shop.platform.call(SalesMessages.FIND, OPERATOR, new FindSales(from, to, page), SalesPage.class);
    }

    private List<ProductSales> allSales() {
        List<ProductSales> all = new ArrayList<>();
        String cursor = null;
        do {
            SalesPage page = result(salesBetween("2026-02-01", "2026-03-31", new Page(7, cursor)));
            all.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor != null);
        return all;
    }

    private ProjectionView view(String name) {
        return result(shop.platform.call(
                        ProjectionMessages.FIND, OPERATOR, new FindProjections(), ProjectionList.class))
                .items()
                .stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void assertReadModelsSayWhatTheDomainSays() {
        for (var projection : OrderProjections.ALL) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(view(projection.name()).lag()).isZero());
        }
        assertListsSayWhatTheDomainSays(view(OrderProjections.BY_STATUS).generation());
        assertThat(allSales()).as("seed %d", seed).isEqualTo(sales.sales());
    }

    private void assertListsSayWhatTheDomainSays(@Nullable Integer generation) {
        Map<Object, Object> expectedStatuses = new HashMap<>();
        Map<Object, Object> expectedCustomers = new HashMap<>();
        orders.forEach((id, order) -> {
            expectedStatuses.put(id, order.state().status().name());
            expectedCustomers.put(id, order.userId());
        });

        assertThat(rows("select order_id, status from order_by_status", generation))
                .as("seed %d", seed)
                .isEqualTo(expectedStatuses);
        assertThat(rows("select order_id, user_id from order_by_customer", generation))
                .as("seed %d", seed)
                .isEqualTo(expectedCustomers);
    }

    private List<List<Object>> salesRows(int generation) {
        return shop.database().rows("""
                select day, sku, currency, units, revenue, cancelled_units, cancelled_revenue, refunded
                from order_sales where generation = %d order by day, sku, currency
                """.formatted(generation));
    }

    private Map<Object, Object> rows(String sql, @Nullable Integer generation) {
        Map<Object, Object> rows = new HashMap<>();
        shop.database()
                .rows(sql + " where generation = " + generation)
                .forEach(row -> rows.put(row.get(0), row.get(1)));
        return rows;
    }

    @Test
    void readModelsAreWhatTheDomainMakesOfTheSameEventsAlsoWhenTheyAreMadeAnew() {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            ids.add(shop.platform.node().ids().get());
        }
        for (int i = 0; i < ROUNDS; i++) {
            round(ids, i);
        }

        assertReadModelsSayWhatTheDomainSays();
        for (var projection : OrderProjections.ALL) {
            fold(projection, FOLDED_HERE);
            result(shop.platform.call(
                    ProjectionMessages.REBUILD,
                    OPERATOR,
                    new RebuildProjection(projection.name()),
                    ProjectionView.class));
        }
        for (var projection : OrderProjections.ALL) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                ProjectionView view = view(projection.name());
                assertThat(view.generation()).isEqualTo(2);
                assertThat(view.state()).isEqualTo(ProjectionState.LIVE);
            });
        }
        assertReadModelsSayWhatTheDomainSays();
        assertListsSayWhatTheDomainSays(FOLDED_HERE);
        assertThat(salesRows(FOLDED_HERE)).as("seed %d", seed).isNotEmpty().isEqualTo(salesRows(2));
    }

    @Test
    void aReportIsRefusedThatAsksForNoDaysOrTooMany() {
        Page page = new Page(9, null);

        assertThat(Shop.refusal(salesBetween("2026-03-02", "2026-03-01", page)).detail())
                .isEqualTo("to must not be before from");
        assertThat(Shop.refusal(salesBetween("2025-01-01", "2026-03-01", page)).detail())
                .isEqualTo("from and to may be 366 days at most");
        assertThat(Shop.refusal(salesBetween("2026-02-30", "2026-03-01", page)).detail())
                .isEqualTo("from must be a day such as 2026-01-31");
        assertThat(Shop.refusal(salesBetween("2026-02-01", "2026-03-01", new Page(9, "nonsense")))
                        .code())
                .isEqualTo(Refusals.INVALID);
        var asCustomer = shop.platform.call(
                SalesMessages.FIND, ALICE, new FindSales("2026-02-01", "2026-03-01", page), SalesPage.class);
        assertThat(Shop.refusal(asCustomer).code()).isEqualTo(Refusals.FORBIDDEN);
    }
}
