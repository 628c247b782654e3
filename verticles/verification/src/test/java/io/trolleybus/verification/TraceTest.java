package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One trace id runs from the HTTP request to the provider's request. */
@OnPlatform
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class TraceTest {

    private static final Duration LOGGED_WITHIN = Duration.ofSeconds(10);

    /** The row as text, so that the test need not know in which column a service keeps the trace. */
    private static final String ENTRIES_OF_TRACE =
            "SELECT count(*) FROM journal WHERE journal::text LIKE '%' || ? || '%'";

    private final String traceId = randomHex(16);
    private final String traceparent = "00-" + traceId + '-' + randomHex(8) + "-01";

    @Test
    void theTraceOfAnOrderStandsInTheLogOfEachPartItPasses(Platform platform, Shop shop) {
        buyWithinTheTrace(shop);

        await("log lines of trace " + traceId).atMost(LOGGED_WITHIN).untilAsserted(() -> assertThat(
                        platform.log().servicesIn(traceId))
                .contains("gateway", "user", "order", "inventory", "payment", "provider"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"order", "inventory", "payment"})
    void theTraceOfAnOrderStandsInTheJournalOfEachServiceThatTookPart(String service, Platform platform, Shop shop)
            throws SQLException {
        buyWithinTheTrace(shop);

        try (Connection database = platform.databases().asService(service);
                PreparedStatement query = database.prepareStatement(ENTRIES_OF_TRACE)) {
            query.setString(1, traceId);
            try (ResultSet entries = query.executeQuery()) {
                entries.next();
                assertThat(entries.getInt(1)).isPositive();
            }
        }
    }

    @Test
    void aProblemNamesTheTraceOfItsRequest(Shop shop) {
        Problem problem = shop.gateway()
                .post("/api/v1/auth/login", Map.of("email", 7), "traceparent", traceparent)
                .expectProblem(400);

        assertThat(problem.traceId()).isEqualTo(traceId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "00-00000000000000000000000000000000-0000000000000000-01", ""})
    void aTraceparentThatNamesNoTraceBeginsANewOne(String nonsense, Shop shop) {
        Problem problem =
                shop.gateway().get("/api/v1/orders", "traceparent", nonsense).expectProblem(401);

        assertThat(problem.traceId()).doesNotMatch("0+").doesNotContain("garbage");
    }

    private void buyWithinTheTrace(Shop shop) {
        Customer customer = Customer.join(shop.gateway(), "traceparent", traceparent);
        String sku = shop.operator().addProduct(Money.eur(100), 1);
        Order order = customer.post(Purchase.of(sku, 1).waiting(30), "traceparent", traceparent)
                .expect(201)
                .as(Order.class);
        assertThat(customer.awaitEnd(order.id()).status()).isEqualTo("CONFIRMED");
    }

    private static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
