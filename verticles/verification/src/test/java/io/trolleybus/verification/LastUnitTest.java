package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Many want what few can have. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class LastUnitTest {

    /** Fewer accounts than buyers: a login costs the platform more than an order, and is limited by the minute. */
    private static final int ACCOUNTS = 5;

    private static final Duration ALL_WITHIN = Duration.ofSeconds(100);
    private static final Money PRICE = Money.eur(9_900);

    private final Shop shop;
    private final List<Customer> accounts;

    LastUnitTest(Shop shop) {
        this.shop = shop;
        accounts = Stream.generate(shop::newCustomer).limit(ACCOUNTS).toList();
    }

    @Test
    void theLastUnitGoesToExactlyOneOfAHundredBuyers() {
        String sku = shop.operator().addProduct(PRICE, 1);

        List<Order> orders;
        try (Crowd buyers = new Crowd(100)) {
            orders = buyers.run(purchases(sku, 100, 1), ALL_WITHIN);
        }

        assertThat(orders).filteredOn(Order::isConfirmed).hasSize(1);
        assertThat(orders).filteredOn(order -> !order.isConfirmed()).hasSize(99).allSatisfy(order -> {
            assertThat(order.outcome()).isEqualTo("REJECTED out-of-stock");
            assertThat(order.refusal().sku()).isEqualTo(sku);
            assertThat(order.refusal().available()).isZero();
        });
        assertThat(shop.operator().stock(sku)).isEqualTo(new Stock(sku, 1, 1, 0));
        Set<String> orderIds = orders.stream().map(Order::id).collect(Collectors.toSet());
        assertThat(shop.provider().ledgerOf(orderIds))
                .extracting(LedgerEntry::net)
                .containsExactly(PRICE.amount());
    }

    @Test
    void whateverWasRefusedIsMoreThanWhatIsLeft() {
        String sku = shop.operator().addProduct(PRICE, 10);
        List<Stock> seen = new ArrayList<>();

        List<Order> orders;
        try (Crowd buyers = new Crowd(40)) {
            List<Future<Order>> running = buyers.start(purchases(sku, 40, 4));
            while (running.stream().anyMatch(order -> !order.isDone())) {
                seen.add(shop.operator().stock(sku));
            }
            orders = Crowd.outcomes(running, ALL_WITHIN);
        }

        assertThat(seen).isNotEmpty().allSatisfy(stock -> {
            assertThat(stock.onHand()).isEqualTo(10);
            assertThat(stock.available()).isEqualTo(10 - stock.reserved()).isNotNegative();
        });
        Stock left = shop.operator().stock(sku);
        assertThat(left.reserved())
                .isEqualTo(orders.stream()
                        .filter(Order::isConfirmed)
                        .mapToLong(order -> order.quantityOf(sku))
                        .sum());
        assertThat(left.available()).isEqualTo(10 - left.reserved()).isNotNegative();
        assertThat(orders)
                .filteredOn(order -> !order.isConfirmed())
                .isNotEmpty()
                .allSatisfy(order -> {
                    assertThat(order.outcome()).isEqualTo("REJECTED out-of-stock");
                    assertThat(order.refusal().available()).isLessThan(order.quantityOf(sku));
                    assertThat(order.quantityOf(sku)).isGreaterThan(left.available());
                });
    }

    /** So many purchases of 1, 2, … up to {@code most} units in turn, each run to its order's end. */
    private List<Callable<Order>> purchases(String sku, int count, int most) {
        return IntStream.range(0, count)
                .<Callable<Order>>mapToObj(
                        i -> () -> accounts.get(i % ACCOUNTS).buyToTheEnd(Purchase.of(sku, 1 + i % most)))
                .toList();
    }
}
