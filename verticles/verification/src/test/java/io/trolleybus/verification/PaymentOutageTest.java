package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A provider that stays down. It mostly waits for a deadline, so it runs beside tests that leave the provider alone.
 */
@OnPlatform
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ_WRITE)
final class PaymentOutageTest {

    private static final Duration PAYMENT_DEADLINE = Duration.ofSeconds(30);

    @Test
    void aPaymentThatCannotBeTakenBeforeItsDeadlineRejectsTheOrderAndReleasesItsStock(Shop shop) {
        Customer customer = shop.newCustomer();
        String sku = shop.operator().addProduct(Money.eur(4_200), 2);

        Order order = customer.buyToTheEnd(Purchase.of(sku, 2).paidWith("tok_down"));

        assertThat(order.outcome()).isEqualTo("REJECTED payment-unavailable");
        assertThat(Duration.between(Instant.parse(order.createdAt()), Instant.parse(order.updatedAt())))
                .as("the time it was tried for")
                .isBetween(PAYMENT_DEADLINE.minusSeconds(10), PAYMENT_DEADLINE.plusSeconds(15));
        assertThat(shop.provider().capturesOf(order.id())).isEmpty();
        assertThat(shop.operator().stock(sku)).isEqualTo(new Stock(sku, 2, 0, 2));
        assertThat(OrderFold.of(customer.events(order.id()))).isEqualTo(OrderFold.of(order));
    }
}
