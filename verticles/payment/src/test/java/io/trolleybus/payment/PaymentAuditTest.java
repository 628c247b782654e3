package io.trolleybus.payment;

import static io.trolleybus.payment.Sweeps.ORDER_SERVICE;
import static io.trolleybus.payment.Sweeps.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.SettlePayments;
import io.trolleybus.model.AuditMessages.SettledPayments;
import io.trolleybus.model.AuditMessages.SweepCursor;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.payment.ScriptedProvider.Mood;
import io.trolleybus.payment.Sweeps.Paid;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a sweep sees of payments that somebody has changed behind the service's back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PaymentAuditTest {
    private final Sweeps sweeps = new Sweeps();
    private final TestPlatform platform = sweeps.platform;
    private final ScriptedProvider provider = sweeps.provider;
    private final TestService payment = sweeps.payment;

    @AfterAll
    void stop() {
        platform.close();
    }

    private List<AuditFinding> findingsOf(Paid paid, Swept swept) {
        return swept.findings().stream()
                .filter(finding -> paid.orderId().equals(finding.orderId()))
                .toList();
    }

    @Test
    void whatTheServiceDoesItselfAddsUp() {
        SweepCursor before = sweeps.upToNow();
        Paid refunded = sweeps.charge();
        platform.call(
                PaymentMessages.REFUND,
                ORDER_SERVICE,
                new RefundPayment(
                        UUID.randomUUID(), refunded.id(), refunded.orderId(), new Money(500, "EUR"), "scratched"),
                Refunded.class);
        Paid voided = sweeps.charge();
        platform.call(
                PaymentMessages.VOID,
                ORDER_SERVICE,
                new VoidPayment(voided.id(), voided.orderId(), "cancelled"),
                Voided.class);
        var unseen = new VoidPayment(UUID.randomUUID(), UUID.randomUUID(), "never charged");
        platform.call(PaymentMessages.VOID, ORDER_SERVICE, unseen, Voided.class);

        Swept swept = sweeps.sweep(before);

        assertThat(swept.orderIds()).contains(refunded.orderId(), voided.orderId(), unseen.orderId());
        assertThat(findingsOf(refunded, swept)).isEmpty();
        assertThat(findingsOf(voided, swept)).isEmpty();
        assertThat(swept.findings()).noneMatch(finding -> unseen.orderId().equals(finding.orderId()));
        assertThat(swept.degraded()).isEmpty();
    }

    @Test
    void aPaymentThatWasChangedByHandIsNamedUntilItIsPutRight() {
        Paid paid = sweeps.charge();
        SweepCursor before = sweeps.upToNow();
        payment.database().execute("update payment set captured = 1 where id = ?", paid.id());

        Swept swept = sweeps.sweep(before);

        assertThat(findingsOf(paid, swept))
                .contains(
                        new AuditFinding("payment-row", paid.orderId(), null, "captured 1999", "captured 1"),
                        new AuditFinding(
                                "payment-provider", paid.orderId(), null, "captured 1999 EUR", "captured 1 EUR"));
        assertThat(findingsOf(paid, sweeps.sweep(swept.cursor(), paid.orderId())))
                .hasSize(2);

        payment.database().execute("update payment set captured = amount where id = ?", paid.id());

        assertThat(findingsOf(paid, sweeps.sweep(swept.cursor(), paid.orderId())))
                .isEmpty();
    }

    @Test
    void aRefundThatWasChangedByHandIsNamed() {
        Paid paid = sweeps.charge();
        UUID refund = UUID.randomUUID();
        var part = new RefundPayment(refund, paid.id(), paid.orderId(), new Money(500, "EUR"), "scratched");
        platform.call(PaymentMessages.REFUND, ORDER_SERVICE, part, Refunded.class);
        SweepCursor before = sweeps.upToNow();
        payment.database().execute("update refund set amount = 400 where id = ?", refund);

        // The rows of payments are looked through first, then those of refunds.
        Swept payments = sweeps.sweep(before);
        Swept refunds = sweeps.sweep(payments.cursor());

        assertThat(findingsOf(paid, refunds))
                .contains(new AuditFinding(
                        "payment-row",
                        paid.orderId(),
                        null,
                        "refunds " + refund + " 500 PROCESSED",
                        "refunds " + refund + " 400 PROCESSED"));
        payment.database().execute("update refund set amount = 500 where id = ?", refund);
    }

    @Test
    void anEventThatLeftNoTraceInItsRowIsNamed() {
        Paid paid = sweeps.charge();
        SweepCursor before = sweeps.upToNow();
        UUID refund = UUID.randomUUID();
        String event = """
                {"paymentId": "%s", "orderId": "%s", "refundId": "%s", "reason": "scratched",
                 "amount": {"amount": 500, "currency": "EUR"}}
                """.formatted(paid.id(), paid.orderId(), refund);
        payment.database().execute("update journal_head set position = position + 1");
        payment.database().execute("""
                insert into journal (position, stream, version, type, schema_version, data, recorded_at)
                select position, ?, 2, 'RefundRequested', 1, ?::json, now() from journal_head
                """, paid.id(), event);

        assertThat(sweeps.lap(before).stream().flatMap(swept -> findingsOf(paid, swept).stream()))
                .containsExactly(new AuditFinding(
                        "payment-row",
                        paid.orderId(),
                        null,
                        "version 2, refunds " + refund + " 500 PENDING",
                        "version 1, refunds nothing"));
        payment.database().execute("delete from journal where stream = ? and version = 2", paid.id());
    }

    @Test
    void whatTheProviderKnowsBetterIsNamed() {
        Paid paid = sweeps.charge();
        SweepCursor before = sweeps.upToNow();
        provider.charge(paid.id()).getJsonObject("refunded").put("amount", 1999);

        assertThat(findingsOf(paid, sweeps.sweep(before, paid.orderId())))
                .containsExactly(
                        new AuditFinding("payment-provider", paid.orderId(), null, "refunded 1999 EUR", "refunded 0"));
        provider.charge(paid.id()).getJsonObject("refunded").put("amount", 0);
    }

    @Test
    void aProviderThatDoesNotAnswerIsNamedAndLeftAloneForAWhile() {
        try (var elsewhere = TestPlatform.start()) {
            var silent = ScriptedProvider.start(elsewhere.vertx());
            TestService service = elsewhere.deploy(new PaymentModule(), Map.of("provider.url", silent.url()));
            var paid = new Paid(UUID.randomUUID(), UUID.randomUUID());
            elsewhere.call(
                    PaymentMessages.CHARGE,
                    ORDER_SERVICE,
                    new Charge(paid.id(), paid.orderId(), PRICE, "tok_ok"),
                    Charged.class);
            service.database().execute("update payment set captured = 1 where id = ?", paid.id());
            silent.feel(Mood.OUT_OF_ORDER);
            silent.requests().clear();
            var page = new SweepPage(null, List.of(paid.orderId()), true);

            for (int i = 0; i < 3; i++) {
                Swept swept = elsewhere
                        .call(AuditMessages.SWEEP_PAYMENTS, ORDER_SERVICE, page, Swept.class)
                        .fold(answer -> answer, refusal -> {
                            throw new AssertionError(refusal.toString());
                        });
                assertThat(swept.degraded()).containsExactly("payment-provider");
                assertThat(findingsOf(paid, swept))
                        .extracting(AuditFinding::kind)
                        .containsExactly("payment-row");
            }
            assertThat(silent.requests()).hasSize(1);
        }
    }

    private List<UUID> settle(Paid paid) {
        return platform.call(
                        AuditMessages.SETTLE_PAYMENTS,
                        ORDER_SERVICE,
                        new SettlePayments(List.of(paid.orderId())),
                        SettledPayments.class)
                .fold(SettledPayments::orderIds, refusal -> {
                    throw new AssertionError(refusal.toString());
                });
    }

    @Test
    void whatTheProviderHasDecidedAndNobodyHeardIsNamedAndRecordedOnce() {
        var paid = new Paid(UUID.randomUUID(), UUID.randomUUID());
        SweepCursor before = sweeps.upToNow();
        provider.feel(Mood.FORGETS_TO_ANSWER);
        var charge = new Charge(paid.id(), paid.orderId(), PRICE, "tok_ok");
        assertThat(Futures.awaitFailure(
                        platform.send(PaymentMessages.CHARGE, platform.newCall(ORDER_SERVICE), charge, Charged.class)))
                .isInstanceOf(UnavailableException.class);
        provider.feel(Mood.WELL);

        assertThat(findingsOf(paid, sweeps.sweep(before, paid.orderId())))
                .containsExactly(
                        new AuditFinding("payment-provider", paid.orderId(), null, "captured 1999 EUR", "captured 0"));
        assertThat(settle(paid)).containsExactly(paid.orderId());
        assertThat(findingsOf(paid, sweeps.sweep(before, paid.orderId()))).isEmpty();
        assertThat(settle(paid)).isEmpty();
    }

    @Test
    void aRefundThatTheProviderHasMadeAndNobodyHeardOfIsRecordedOnce() {
        Paid paid = sweeps.charge();
        var part = new RefundPayment(UUID.randomUUID(), paid.id(), paid.orderId(), new Money(500, "EUR"), "scratched");
        provider.feel(Mood.FORGETS_TO_ANSWER);
        assertThat(Futures.awaitFailure(
                        platform.send(PaymentMessages.REFUND, platform.newCall(ORDER_SERVICE), part, Refunded.class)))
                .isInstanceOf(UnavailableException.class);
        provider.feel(Mood.WELL);

        assertThat(findingsOf(paid, sweeps.sweep(null, paid.orderId())))
                .extracting(AuditFinding::found)
                .containsExactly("refunded 0");
        assertThat(settle(paid)).containsExactly(paid.orderId());
        assertThat(findingsOf(paid, sweeps.sweep(null, paid.orderId()))).isEmpty();
        assertThat(settle(paid)).isEmpty();
    }
}
