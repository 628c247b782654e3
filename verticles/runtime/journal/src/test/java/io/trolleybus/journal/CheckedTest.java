package io.trolleybus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages.AuditFinding;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CheckedTest {
    private static Checked batch(int number) {
        List<UUID> ids = IntStream.range(0, 100)
                .mapToObj(index -> new UUID(number, index))
                .toList();
        return Checked.of(
                100,
                1,
                ids.stream()
                        .map(id -> new AuditFinding(AuditKinds.ORDER_ROW, id, null, "version 2", "version 1"))
                        .toList(),
                new LinkedHashSet<>(ids));
    }

    @Test
    void howeverMuchIsFoundTheFirstIsKeptAndAllIsCounted() {
        Checked all = IntStream.range(0, 100).mapToObj(CheckedTest::batch).reduce(Checked.NOTHING, Checked::plus);

        assertThat(all.checked()).isEqualTo(10_000);
        assertThat(all.inFlight()).isEqualTo(100);
        assertThat(all.findings()).hasSize(Checked.MAX_FINDINGS);
        assertThat(all.findings().get(0).orderId()).isEqualTo(new UUID(0, 0));
        assertThat(all.orderIds())
                .hasSize(Checked.MAX_ORDERS)
                .contains(new UUID(49, 99))
                .doesNotContain(new UUID(50, 0));
    }

    @Test
    void whoCouldNotBeAskedIsRemembered() {
        UUID order = new UUID(1, 1);

        Checked all = batch(0).plus(Checked.without("inventory")).plus(Checked.unasked(Set.of(order)));

        assertThat(all.degraded()).containsExactly("inventory");
        assertThat(all.unasked()).containsExactly(order);
        assertThat(all.orderIds()).hasSize(100);
    }
}
