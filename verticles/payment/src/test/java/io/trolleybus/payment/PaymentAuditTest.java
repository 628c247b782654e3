package io.trolleybus.payment;

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
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.payment.ScriptedProvider.Mood;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a sweep sees of payments that somebody has changed behind the service's back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PaymentAuditTest {
    private static final Principal ORDER_SERVICE = Principal.service("order");
    private static final Money PRICE = new Money(1999, "EUR");

    private final TestPlatform platform = TestPlatform.start();
    private final ScriptedProvider provider = ScriptedProvider.start(platform.vertx());
    private final TestService payment = platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()));

    @AfterAll
    void stop() {
        platform.close();
    }

    private record Paid(UUID id, UUID orderId) {}

    private Paid charge() {
        var paid = new Paid(UUID.randomUUID(), UUID.randomUUID());
        var charge = new Charge(paid.id, paid.orderId, PRICE, "tok_ok");
        platform.call(PaymentMessages.CHARGE, ORDER_SERVICE, charge, Charged.class);
        return paid;
    }

    private Swept sweep(@Nullable SweepCursor cursor, UUID... also) {
        return platform.call(
                        AuditMessages.SWEEP_PAYMENTS,
                        ORDER_SERVICE,
                        new SweepPage(cursor, List.of(also), false),
                        Swept.class)
                .fold(swept -> swept, refusal -> {
                    throw new AssertionError(refusal.toString());
                });
    }

    /** Goes to the end of a lap. */
    private List<Swept> lap(@Nullable SweepCursor from) {
        List<Swept> pages = new ArrayList<>(List.of(sweep(from)));
        while (last(pages).more()) {
            pages.add(sweep(last(pages).cursor()));
        }
        return pages;
    }

    private static Swept last(List<Swept> pages) {
        return pages.get(pages.size() - 1);
    }

    private SweepCursor upToNow() {
        return last(lap(null)).cursor();
    }

    private List<AuditFinding> findingsOf(Paid paid, Swept swept) {
        return swept.findings().stream()
                .filter(finding -> paid.orderId.equals(finding.orderId()))
                .toList();
    }

    @Test
    void whatTheServiceDoesItselfAddsUp() {
        SweepCursor before = upToNow();
        Paid refunded = charge();
        platform.call(
                PaymentMessages.REFUND,
                ORDER_SERVICE,
                new RefundPayment(UUID.randomUUID(), refunded.id, refunded.orderId, new Money(500, "EUR"), "scratched"),
                Refunded.class);
        Paid voided = charge();
        platform.call(
                PaymentMessages.VOID,
                ORDER_SERVICE,
                new VoidPayment(voided.id, voided.orderId, "cancelled"),
                Voided.class);
        var unseen = new VoidPayment(UUID.randomUUID(), UUID.randomUUID(), "never charged");
        platform.call(PaymentMessages.VOID, ORDER_SERVICE, unseen, Voided.class);

        Swept swept = sweep(before);

        assertThat(swept.orderIds()).contains(refunded.orderId, voided.orderId, unseen.orderId());
        assertThat(findingsOf(refunded, swept)).isEmpty();
        assertThat(findingsOf(voided, swept)).isEmpty();
        assertThat(swept.findings()).noneMatch(finding -> unseen.orderId().equals(finding.orderId()));
        assertThat(swept.degraded()).isEmpty();
    }

    @Test
    void aPaymentThatWasChangedByHandIsNamedUntilItIsPutRight() {
        Paid paid = charge();
        SweepCursor before = upToNow();
        payment.database().execute("update payment set captured = 1 where id = ?", paid.id);

        Swept swept = sweep(before);

        assertThat(findingsOf(paid, swept))
                .contains(
                        new AuditFinding("payment-row", paid.orderId, null, "captured 1999", "captured 1"),
                        new AuditFinding(
                                "payment-provider", paid.orderId, null, "captured 1999 EUR", "captured 1 EUR"));
        assertThat(findingsOf(paid, sweep(swept.cursor(), paid.orderId))).hasSize(2);

        payment.database().execute("update payment set captured = amount where id = ?", paid.id);

        assertThat(findingsOf(paid, sweep(swept.cursor(), paid.orderId))).isEmpty();
    }

    @Test
    void aRefundThatWasChangedByHandIsNamed() {
        Paid paid = charge();
        UUID refund = UUID.randomUUID();
        var part = new RefundPayment(refund, paid.id, paid.orderId, new Money(500, "EUR"), "scratched");
        platform.call(PaymentMessages.REFUND, ORDER_SERVICE, part, Refunded.class);
        SweepCursor before = upToNow();
        payment.database().execute("update refund set amount = 400 where id = ?", refund);

        // The rows of payments are looked through first, then those of refunds.
        Swept payments = sweep(before);
        Swept refunds = sweep(payments.cursor());

        assertThat(findingsOf(paid, refunds))
                .contains(new AuditFinding(
                        "payment-row",
                        paid.orderId,
                        null,
                        "refunds " + refund + " 500 PROCESSED",
                        "refunds " + refund + " 400 PROCESSED"));
        payment.database().execute("update refund set amount = 500 where id = ?", refund);
    }

    @Test
    void anEventThatLeftNoTraceInItsRowIsNamed() {
        Paid paid = charge();
        SweepCursor before = upToNow();
        UUID refund = UUID.randomUUID();
        String event = """
                {"paymentId": "%s", "orderId": "%s", "refundId": "%s", "reason": "scratched",
                 "amount": {"amount": 500, "currency": "EUR"}}
                """.formatted(paid.id, paid.orderId, refund);
        payment.database().execute("update journal_head set position = position + 1");
        payment.database().execute("""
                insert into journal (position, stream, version, type, schema_version, data, recorded_at)
                select position, ?, 2, 'RefundRequested', 1, ?::json, now() from journal_head
                """, paid.id, event);

        assertThat(lap(before).stream().flatMap(swept -> findingsOf(paid, swept).stream()))
                .containsExactly(new AuditFinding(
                        "payment-row",
                        paid.orderId,
                        null,
                        "version 2, refunds " + refund + " 500 PENDING",
                        "version 1, refunds nothing"));
        payment.database().execute("delete from journal where stream = ? and version = 2", paid.id);
    }

    @Test
    void whatTheProviderKnowsBetterIsNamed() {
        Paid paid = charge();
        SweepCursor before = upToNow();
        provider.charge(paid.id).getJsonObject("refunded").put("amount", 1999);

        assertThat(findingsOf(paid, sweep(before, paid.orderId)))
                .containsExactly(
                        new AuditFinding("payment-provider", paid.orderId, null, "refunded 1999 EUR", "refunded 0"));
        provider.charge(paid.id).getJsonObject("refunded").put("amount", 0);
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
                    new Charge(paid.id, paid.orderId, PRICE, "tok_ok"),
                    Charged.class);
            service.database().execute("update payment set captured = 1 where id = ?", paid.id);
            silent.feel(Mood.OUT_OF_ORDER);
            silent.requests().clear();
            var page = new SweepPage(null, List.of(paid.orderId), true);

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
                        new SettlePayments(List.of(paid.orderId)),
                        SettledPayments.class)
                .fold(SettledPayments::orderIds, refusal -> {
                    throw new AssertionError(refusal.toString());
                });
    }

    @Test
    void whatTheProviderHasDecidedAndNobodyHeardIsNamedAndRecordedOnce() {
        var paid = new Paid(UUID.randomUUID(), UUID.randomUUID());
        SweepCursor before = upToNow();
        provider.feel(Mood.FORGETS_TO_ANSWER);
        var charge = new Charge(paid.id, paid.orderId, PRICE, "tok_ok");
        assertThat(Futures.awaitFailure(
                        platform.send(PaymentMessages.CHARGE, platform.newCall(ORDER_SERVICE), charge, Charged.class)))
                .isInstanceOf(UnavailableException.class);
        provider.feel(Mood.WELL);

        assertThat(findingsOf(paid, sweep(before, paid.orderId)))
                .containsExactly(
                        new AuditFinding("payment-provider", paid.orderId, null, "captured 1999 EUR", "captured 0"));
        assertThat(settle(paid)).containsExactly(paid.orderId);
        assertThat(findingsOf(paid, sweep(before, paid.orderId))).isEmpty();
        assertThat(settle(paid)).isEmpty();
    }

    @Test
    void aRefundThatTheProviderHasMadeAndNobodyHeardOfIsRecordedOnce() {
        Paid paid = charge();
        var part = new RefundPayment(UUID.randomUUID(), paid.id, paid.orderId, new Money(500, "EUR"), "scratched");
        provider.feel(Mood.FORGETS_TO_ANSWER);
        assertThat(Futures.awaitFailure(
                        platform.send(PaymentMessages.REFUND, platform.newCall(ORDER_SERVICE), part, Refunded.class)))
                .isInstanceOf(UnavailableException.class);
        provider.feel(Mood.WELL);

        assertThat(findingsOf(paid, sweep(null, paid.orderId)))
                .extracting(AuditFinding::found)
                .containsExactly("refunded 0");
        assertThat(settle(paid)).containsExactly(paid.orderId);
        assertThat(findingsOf(paid, sweep(null, paid.orderId))).isEmpty();
        assertThat(settle(paid)).isEmpty();
    }

    @Test
    void moreThanAPageIsRefused() {
        var tooMany = new SweepPage(null, Collections.nCopies(501, UUID.randomUUID()), true);

        assertThat(Futures.await(platform.send(
                                AuditMessages.SWEEP_PAYMENTS, platform.newCall(ORDER_SERVICE), tooMany, Swept.class))
                        .<String>fold(swept -> "", refusal -> refusal.code()))
                .isEqualTo(Refusals.INVALID);
    }
}
