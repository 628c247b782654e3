package io.trolleybus.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Json;
import io.trolleybus.journal.EventTypes.Stored;
import io.trolleybus.model.Money;
import io.trolleybus.payment.domain.PaymentEvent;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PaymentEventsTest {
    private static final Path GOLDEN = Path.of("..", "..", "shared-model", "golden", "payment");

    @Test
    void everyVersionOfEveryEventHasAGoldenFileThatIsReadAndWrittenAlike() throws IOException {
        for (String name : PaymentEvents.TYPES.names()) {
            int current = PaymentEvents.TYPES.currentVersion(name);
            for (int version = 1; version <= current; version++) {
                String golden = Files.readString(GOLDEN.resolve(name + ".v" + version + ".json"));

                Stored written = PaymentEvents.TYPES.store(PaymentEvents.TYPES.read(new Stored(name, version, golden)));

                assertThat(written.type()).isEqualTo(name);
                if (version == current) {
                    assertThat(Json.MAPPER.readTree(written.data())).isEqualTo(Json.MAPPER.readTree(golden));
                }
            }
        }
    }

    @Test
    void aRefundOfBeforeItHadAnIdHasTheKeyItWasMadeUnder() throws IOException {
        String golden = Files.readString(GOLDEN.resolve("RefundProcessed.v1.json"));

        PaymentEvent read = PaymentEvents.TYPES.read(new Stored("RefundProcessed", 1, golden));

        UUID key = UUID.nameUUIDFromBytes((read.paymentId() + "/refund/1").getBytes(StandardCharsets.US_ASCII));
        assertThat(read).isEqualTo(new RefundProcessed(read.paymentId(), read.orderId(), key, new Money(1999, "EUR")));
    }

    @Test
    void everyGoldenFileIsOfAnEventThatIsStillKnown() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .map(file -> file.substring(0, file.indexOf('.')))
                    .distinct()
                    .toList();

            assertThat(names).containsExactlyInAnyOrderElementsOf(PaymentEvents.TYPES.names());
        }
    }
}
