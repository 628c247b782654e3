package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.Money;
import io.trolleybus.model.OrderMessages.Order;
import io.trolleybus.model.OrderMessages.Status;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldVerdictTest {
    private static Order order(Status status) {
        return new Order(
                new UUID(0, 1),
                "1",
                new UUID(0, 2),
                status,
                List.of(),
                Money.zero("EUR"),
                null,
                null,
                null,
                List.of(),
                List.of(),
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of());
    }

    @ParameterizedTest(name = "an order that is {0}: {1}")
    @CsvSource({
        "PENDING, KEEP",
        "CANCELLING, KEEP",
        "CONFIRMED, ALLOCATE",
        "PARTIALLY_SHIPPED, ALLOCATE",
        "SHIPPED, ALLOCATE",
        "DELIVERED, ALLOCATE",
        "REJECTED, RELEASE",
        "CANCELLED, RELEASE"
    })
    void theOrdersStateDecides(Status status, HoldVerdict verdict) {
        assertThat(HoldVerdict.of(Reply.done(order(status)))).isEqualTo(verdict);
    }

    @Test
    void anUnknownOrderGivesItsHoldBack() {
        assertThat(HoldVerdict.of(Reply.refused(Refusals.NOT_FOUND, ""))).isEqualTo(HoldVerdict.RELEASE);
    }

    @Test
    void anyOtherRefusalSaysNothingAboutTheOrder() {
        assertThat(HoldVerdict.of(Reply.refused(Refusals.FORBIDDEN, ""))).isEqualTo(HoldVerdict.KEEP);
    }
}
