package io.trolleybus.payment.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.payment.domain.PaymentEvent.PaymentFailed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentProcessed;
import io.trolleybus.payment.domain.PaymentEvent.RefundFailed;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefundTest {
    private static final UUID ID = new UUID(0, 1);
    private static final UUID ORDER = new UUID(0, 2);
    private static final UUID FIRST = new UUID(0, 3);
    private static final UUID SECOND = new UUID(0, 4);
    private static final Payment INTENT = Payment.intent(ID, ORDER, eur(1000));
    private static final Payment CAPTURED = INTENT.apply(new PaymentProcessed(ID, ORDER, eur(1000)));
    private static final PaymentEvent FIRST_ASKED = new RefundRequested(ID, ORDER, FIRST, eur(400), "scratched");
    private static final PaymentEvent FIRST_MADE = new RefundProcessed(ID, ORDER, FIRST, eur(400));
    private static final PaymentEvent FIRST_FAILED = new RefundFailed(ID, ORDER, FIRST, eur(400), "closed_account");

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static RefundPayment ask(UUID refundId, Money amount) {
        return new RefundPayment(refundId, ID, ORDER, amount, "scratched");
    }

    private static String decided(Payment payment, RefundPayment asked) {
        return payment.decide(asked)
                .fold(new RefundDecision.Cases<>(
                        reply -> reply.<String>fold(done -> "refunded", Refusal::code),
                        event -> "accepted",
                        refund -> "under way"));
    }

    private static Refusal refusal(Payment payment, RefundPayment asked) {
        return payment.decide(asked)
                .fold(new RefundDecision.Cases<Refusal>(
                        reply -> reply.<Refusal>fold(done -> null, refused -> refused), e -> null, r -> null));
    }

    @Test
    void aRefundOfWhatIsLeftIsAcceptedWithWhatItIsAbout() {
        RefundDecision decision = CAPTURED.decide(ask(FIRST, eur(400)));

        assertThat(decision).isEqualTo(new RefundDecision.Accepted((RefundRequested) FIRST_ASKED));
    }

    @ParameterizedTest
    @CsvSource({"600, accepted", "601, refund-exceeds-captured"})
    void whatIsUnderWayIsNotLeftForAnother(long amount, String decision) {
        Payment underWay = CAPTURED.apply(FIRST_ASKED);

        assertThat(decided(underWay, ask(SECOND, eur(amount)))).isEqualTo(decision);
        assertThat(decided(underWay.apply(FIRST_MADE), ask(SECOND, eur(amount))))
                .isEqualTo(decision);
    }

    @Test
    void whatFailedIsLeftAgain() {
        assertThat(decided(CAPTURED.apply(FIRST_ASKED).apply(FIRST_FAILED), ask(SECOND, eur(1000))))
                .isEqualTo("accepted");
    }

    @Test
    void aRefusalSaysHowMuchIsLeft() {
        assertThat(refusal(CAPTURED.apply(FIRST_ASKED), ask(SECOND, eur(1000))).facts())
                .containsEntry("refundable", 600L);
    }

    @Test
    void theSameRefundIsAnsweredByWhatBecameOfIt() {
        Payment underWay = CAPTURED.apply(FIRST_ASKED);

        assertThat(decided(underWay, ask(FIRST, eur(400)))).isEqualTo("under way");
        assertThat(decided(underWay.apply(FIRST_MADE), ask(FIRST, eur(400)))).isEqualTo("refunded");
        assertThat(refusal(underWay.apply(FIRST_FAILED), ask(FIRST, eur(400)))).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(Refusals.REFUND_DECLINED);
            assertThat(refusal.facts()).containsEntry("declineCode", "closed_account");
        });
        assertThat(decided(underWay, ask(FIRST, eur(399)))).isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void whatWasDeclinedCanBeAskedForAgainAndStaysOneRefund() {
        Payment again = CAPTURED.apply(FIRST_ASKED).apply(FIRST_FAILED).apply(FIRST_ASKED);

        assertThat(again.refunds().all()).containsExactly(Refund.requested(FIRST, eur(400), "scratched"));
        assertThat(again.apply(FIRST_MADE).refunded()).isEqualTo(eur(400));
        assertThatThrownBy(() -> again.apply(FIRST_ASKED)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWasWithdrawnCannotBeAskedForAgain() {
        var withdrawn = new RefundFailed(ID, ORDER, FIRST, eur(400), Refusals.WITHDRAWN);

        for (Payment before : List.of(CAPTURED, CAPTURED.apply(FIRST_ASKED))) {
            Payment after = before.apply(withdrawn);
            assertThat(decided(after, ask(FIRST, eur(400)))).isEqualTo(Refusals.WITHDRAWN);
            assertThat(decided(after, ask(SECOND, eur(1000)))).isEqualTo("accepted");
            assertThatThrownBy(() -> after.apply(FIRST_ASKED)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(INTENT.tombstone(new WithdrawRefund(FIRST, ID, ORDER, eur(400))))
                .isEmpty();
    }

    @Test
    void ofWhatWasNeverCapturedNothingIsLeft() {
        Payment declined = INTENT.apply(new PaymentFailed(ID, ORDER, eur(1000), "card_declined"));

        for (Payment payment : new Payment[] {INTENT, declined, Payment.unseen(ID, ORDER)}) {
            assertThat(refusal(payment, ask(FIRST, eur(1)))).satisfies(refusal -> {
                assertThat(refusal.code()).isEqualTo(Refusals.REFUND_EXCEEDS_CAPTURED);
                assertThat(refusal.facts()).containsEntry("refundable", 0L);
            });
        }
    }

    @Test
    void whatCannotBeMeantIsRefusedWithItsReason() {
        assertThat(refusal(CAPTURED, ask(FIRST, eur(0))).detail()).contains("positive");
        assertThat(refusal(CAPTURED, ask(FIRST, new Money(1, "USD"))).detail()).contains("EUR");
        var wordy = new RefundPayment(FIRST, ID, ORDER, eur(1), "x".repeat(Payment.MAX_REASON_CHARS + 1));
        assertThat(refusal(CAPTURED, wordy).detail()).contains("1000 characters");
    }

    @Test
    void aPaymentHasSoManyRefundsAndNoMore() {
        Payment payment = CAPTURED;
        for (int i = 0; i < Payment.MAX_REFUNDS; i++) {
            payment = payment.apply(new RefundRequested(ID, ORDER, new UUID(1, i), eur(1), "scratched"));
        }

        assertThat(decided(payment, ask(FIRST, eur(1)))).isEqualTo(Refusals.INVALID);
    }

    @Test
    void theProvidersVerdictSettlesARefund() {
        Refund asked = Refund.requested(FIRST, eur(400), "scratched");

        assertThat(new RefundVerdict.Made(eur(400)).settles(CAPTURED, asked)).isEqualTo(FIRST_MADE);
        assertThat(new RefundVerdict.Declined("closed_account").settles(CAPTURED, asked))
                .isEqualTo(FIRST_FAILED);
        assertThatThrownBy(() -> new RefundVerdict.Made(eur(399)).settles(CAPTURED, asked))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("399");
    }

    @Test
    void aRefundThatAnOlderReleaseMadeUnaskedCountsAndIsListed() {
        Payment refunded = CAPTURED.apply(FIRST_ASKED).apply(new RefundProcessed(ID, ORDER, SECOND, eur(1000)));

        assertThat(refunded.refunded()).isEqualTo(eur(1000));
        assertThat(refunded.refunds().find(SECOND)).map(Refund::reason).hasValue("void");
        assertThat(refusal(refunded, ask(new UUID(0, 5), eur(1))).facts()).containsEntry("refundable", 0L);
        assertThat(refunded.apply(FIRST_FAILED).state().undo()).isEqualTo(new Undo.Nothing());
    }
}
