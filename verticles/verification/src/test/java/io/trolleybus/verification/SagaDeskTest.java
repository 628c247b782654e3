package io.trolleybus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sagas under the operator's hand. */
@OnPlatform
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(value = Resources.PROVIDER, mode = ResourceAccessMode.READ)
final class SagaDeskTest {

    private static final String SAGAS = "/api/v1/system/sagas";
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);
    private static final Map<String, String> REASON = Map.of("reason", "The provider is back");

    private final Shop shop;
    private final Customer alice;
    private final Session operator;
    private final String sku;

    SagaDeskTest(Shop shop) {
        this.shop = shop;
        alice = shop.newCustomer();
        operator = shop.operator().session();
        sku = shop.operator().addProduct(Money.eur(1_000), 1_000);
    }

    private JsonNode saga(String id) {
        return operator.get(SAGAS + "/" + id).expect(200).json();
    }

    private List<String> ids(String state) {
        return operator.get(SAGAS + "?limit=100&state=" + state)
                .expect(200)
                .json()
                .findValuesAsText("id");
    }

    @Test
    void aRefundThatFailsThreeTimesIsParkedRetriedAndDoneOnce() {
        String order = alice.buyToTheEnd(Purchase.of(sku, 1).paidWith("tok_refund_flaky"))
                .id();
        String refund = parkedRefund(order);
        JsonNode parked = saga(refund);
        assertThat(parked.path("name").asText()).isEqualTo("refund-order");
        assertThat(parked.path("step").asText()).isEqualTo("refund-payment");
        assertThat(parked.at("/steps/0/attempts").asInt()).isEqualTo(3);
        assertThat(parked.at("/steps/0/outcome").asText()).isEqualTo("unanswered");
        assertThat(parked.path("why").asText()).isEqualTo("failed 3 times: the provider answered 503");
        assertThat(shop.provider().ledgerOf(Set.of(order)))
                .extracting(LedgerEntry::refunded)
                .containsExactly(Money.eur(0));

        operator.post(SAGAS + "/" + refund + "/retry", REASON).expect(200);

        await("the refund")
                .atMost(WITHIN)
                .until(() -> saga(refund).path("state").asText().equals("completed"));
        assertThat(shop.provider().ledgerOf(Set.of(order)))
                .extracting(LedgerEntry::refunded)
                .containsExactly(Money.eur(300));
        JsonNode events =
                operator.get("/api/v1/orders/" + order + "/events").expect(200).json();
        assertThat(events.findValuesAsText("type")).endsWith("RefundRequested", "SagaRetried", "RefundProcessed");
        operator.post(SAGAS + "/" + refund + "/retry", REASON).expectProblem(409);
        operator.post(SAGAS + "/" + refund + "/compensate", REASON).expectProblem(409);
    }

    @Test
    void aParkedRefundIsWithdrawnAndItsSumIsFreeAgain() {
        String order = alice.buyToTheEnd(Purchase.of(sku, 1).paidWith("tok_refund_down"))
                .id();
        String refund = parkedRefund(order);
        String key = UUID.randomUUID().toString();

        for (int copy = 0; copy < 2; copy++) {
            operator.post(SAGAS + "/" + refund + "/compensate", REASON, "Idempotency-Key", key)
                    .expect(200);
        }

        await("the end of the refund")
                .atMost(WITHIN)
                .until(() -> saga(refund).path("state").asText().equals("compensated"));
        JsonNode failed = operator.get("/api/v1/orders/" + order).expect(200).json();
        assertThat(failed.at("/refunds/0/status").asText()).isEqualTo("FAILED");
        assertThat(failed.path("nextActions").toString()).contains("cancel", "refund");
        assertThat(shop.provider().ledgerOf(Set.of(order)))
                .extracting(LedgerEntry::refunded)
                .containsExactly(Money.eur(0));
    }

    private String parkedRefund(String order) {
        String refund = operator.post(
                        "/api/v1/orders/" + order + "/refunds",
                        Map.of("amount", Money.eur(300), "reason", "One was broken"),
                        "Idempotency-Key",
                        UUID.randomUUID().toString())
                .expect(201)
                .json()
                .path("id")
                .asText();
        await("the refund among the parked sagas").atMost(WITHIN).until(() -> ids("parked")
                .contains(refund));
        Instant seen = Instant.now();
        Instant parked = Instant.parse(saga(refund).path("updatedAt").asText());
        assertThat(Duration.between(parked, seen)).isLessThan(SEEN_WITHIN);
        return refund;
    }

    @Test
    void aSagaThatIsUnderWayIsSeenAndTurnedBack() {
        String order = alice.buy(Purchase.of(sku, 1).paidWith("tok_down")).id();
        await("the saga among those that run").atMost(WITHIN).until(() -> ids("running")
                .contains(order));

        operator.post(SAGAS + "/" + order + "/compensate", Map.of("reason", "Fraud"))
                .expect(200);

        Order rejected = alice.awaitEnd(order);
        assertThat(rejected.refusal().code()).isEqualTo("withdrawn");
        assertThat(rejected.refusal().detail()).isEqualTo("an operator withdrew it");
        assertThat(saga(order).path("state").asText()).isEqualTo("compensated");
        assertThat(saga(order).path("why").asText()).isEqualTo("an operator withdrew it: Fraud");
        String told = alice.session()
                .get("/api/v1/orders/" + order + "/events")
                .expect(200)
                .json()
                .toString();
        assertThat(told).contains("SagaCompensationForced", "operator").doesNotContain("Fraud");
        assertThat(shop.provider().ledgerOf(Set.of(order)))
                .allSatisfy(entry -> assertThat(entry.net()).isZero());
    }

    @Test
    void aSagaThatWentWellShowsItsSteps() {
        String order = alice.buyToTheEnd(Purchase.of(sku, 1)).id();

        JsonNode saga = saga(order);

        assertThat(saga.path("state").asText()).isEqualTo("completed");
        assertThat(saga.path("orderId").asText()).isEqualTo(order);
        JsonNode steps = saga.path("steps");
        assertThat(steps.findValuesAsText("name")).containsExactly("reserve-stock", "take-payment");
        assertThat(steps.findValuesAsText("outcome")).containsOnly("done");
        assertThat(ids("completed")).contains(order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PARKED", "asleep", ""})
    void aStateThatIsNoneIsRefused(String state) {
        operator.get(SAGAS + "?state=" + state).expectProblem(400);
    }

    @Test
    void onlyOperatorsLookAfterSagas() {
        String order = alice.buyToTheEnd(Purchase.of(sku, 1)).id();

        alice.session().get(SAGAS).expectProblem(403);
        alice.session().get(SAGAS + "/" + order).expectProblem(403);
        alice.session().post(SAGAS + "/" + order + "/retry", REASON).expectProblem(403);
        shop.gateway().get(SAGAS).expectProblem(401);
        operator.get(SAGAS + "/" + UUID.randomUUID()).expectProblem(404);
        operator.post(SAGAS + "/" + UUID.randomUUID() + "/retry", REASON).expectProblem(404);
        operator.post(SAGAS + "/" + order + "/retry", Map.of()).expectProblem(400);
    }
}
