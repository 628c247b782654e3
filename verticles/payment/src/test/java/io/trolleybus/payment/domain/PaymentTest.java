package io.trolleybus.payment.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.payment.domain.PaymentEvent.PaymentFailed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentProcessed;
import io.trolleybus.payment.domain.PaymentEvent.PaymentVoided;
import io.trolleybus.payment.domain.PaymentEvent.RefundFailed;
import io.trolleybus.payment.domain.PaymentEvent.RefundProcessed;
import io.trolleybus.payment.domain.PaymentEvent.RefundRequested;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentTest {
    private static final UUID ID = new UUID(0, 1);
    private static final UUID ORDER = new UUID(0, 2);
    private static final UUID PART = new UUID(0, 3);
    private static final UUID REST = new UUID(0, 4);
    private static final Money PRICE = eur(1000);
    private static final Payment INTENT = Payment.intent(ID, ORDER, PRICE);
    private static final int MAX_EVENTS = 4;

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static PaymentEvent event(String name) {
        return switch (name) {
            case "captured" -> new PaymentProcessed(ID, ORDER, PRICE);
            case "declined" -> new PaymentFailed(ID, ORDER, PRICE, "card_declined");
            case "voided" -> new PaymentVoided(ID, ORDER);
            case "asked-part" -> new RefundRequested(ID, ORDER, PART, eur(400), "scratched");
            case "refunded-part" -> new RefundProcessed(ID, ORDER, PART, eur(400));
            case "declined-part" -> new RefundFailed(ID, ORDER, PART, eur(400), "closed_account");
            case "asked-rest" -> new RefundRequested(ID, ORDER, REST, eur(600), "void: test");
            case "refunded-rest" -> new RefundProcessed(ID, ORDER, REST, eur(600));
            default -> throw new AssertionError(name);
        };
    }

    private static Payment after(String events) {
        Payment payment = INTENT;
        for (String name : events.split(" ", -1)) {
            payment = payment.apply(event(name));
        }
        return payment;
    }

    @ParameterizedTest
    @CsvSource({
        "captured,                                        CAPTURED,           charged, refund 1000, 1000, 0",
        "declined,                                        DECLINED,           payment-declined, nothing, 0, 0",
        "voided,                                          VOIDED,             voided, nothing, 0, 0",
        "captured asked-part,                             CAPTURED,           charged, settle 400, 1000, 0",
        "captured asked-part declined-part,               CAPTURED,           charged, refund 1000, 1000, 0",
        "captured asked-part refunded-part,               PARTIALLY_REFUNDED, charged, refund 600, 1000, 400",
        "captured asked-part asked-rest refunded-rest,    PARTIALLY_REFUNDED, charged, settle 400, 1000, 600",
        "captured asked-rest refunded-rest refunded-part, REFUNDED,           voided, nothing, 1000, 1000",
    })
    void eventsLeadToAState(String events, Status status, String answer, String undo, long captured, long refunded) {
        Payment payment = after(events);

        assertThat(payment.state().status()).isEqualTo(status);
        assertThat(payment.answerToCharge().orElseThrow().<String>fold(done -> "charged", Refusal::code))
                .isEqualTo(answer);
        assertThat(payment.state()
                        .undo()
                        .fold(new Undo.Cases<String>(
                                () -> "nothing",
                                () -> "void",
                                refund -> "settle " + refund.amount().amount(),
                                rest -> "refund " + rest.amount())))
                .isEqualTo(undo);
        assertThat(payment.captured()).isEqualTo(eur(captured));
        assertThat(payment.refunded()).isEqualTo(eur(refunded));
    }

    @ParameterizedTest
    @CsvSource({
        "captured, captured",
        "captured, declined",
        "captured, voided",
        "captured, declined-part",
        "captured asked-part, asked-part",
        "captured asked-part refunded-part, refunded-part",
        "captured asked-part refunded-part, declined-part",
        "captured asked-part declined-part, refunded-part",
        "declined, captured",
        "declined, declined",
        "declined, voided",
        "declined, refunded-part",
        "declined, asked-part",
        "declined, declined-part",
        "voided, captured",
        "voided, declined",
        "voided, voided",
        "voided, refunded-part",
        "voided, asked-part",
    })
    void whatIsDecidedStaysDecided(String first, String second) {
        Payment settled = after(first);

        assertThatThrownBy(() -> settled.apply(event(second))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOpenPaymentHasNoAnswerAndIsUndoneByAVoid() {
        for (PaymentState open : List.of(new PaymentState.Pending(), new PaymentState.Unknown())) {
            assertThat(open.answerToCharge(ID)).isEmpty();
            assertThat(open.undo()).isEqualTo(new Undo.VoidCharge());
            assertThatThrownBy(() -> open.refund(PART, PRICE)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsChargedIsWhatWasCaptured() {
        assertThat(after("captured").answerToCharge().orElseThrow().<Charged>fold(done -> done, refusal -> null))
                .isEqualTo(new Charged(ID, PRICE));
    }

    @Test
    void aDeclineTellsItsCode() {
        Refusal refusal =
                after("declined").answerToCharge().orElseThrow().fold(done -> null, (Refusal refused) -> refused);

        assertThat(refusal.code()).isEqualTo(Refusals.PAYMENT_DECLINED);
        assertThat(refusal.facts()).containsEntry("declineCode", "card_declined");
    }

    @Test
    void neverIsMoreRefundedThanCapturedWhateverTheOrderOfEvents() {
        var names = List.of(
                "captured",
                "declined",
                "voided",
                "asked-part",
                "refunded-part",
                "declined-part",
                "asked-rest",
                "refunded-rest");
        var reached = new ArrayList<Payment>(List.of(INTENT));
        for (int from = 0, length = 0; length < MAX_EVENTS; length++) {
            int end = reached.size();
            for (; from < end; from++) {
                for (String name : names) {
                    applyIfLegal(reached.get(from), event(name), reached);
                }
            }
        }

        assertThat(reached).hasSizeGreaterThan(6).allSatisfy(payment -> {
            assertThat(payment.captured().amount()).isBetween(0L, PRICE.amount());
            assertThat(payment.refunded().amount())
                    .isBetween(0L, payment.captured().amount());
            assertThat(payment.answerToCharge().isEmpty()).isEqualTo(payment.version() == 0);
        });
    }

    private static void applyIfLegal(Payment payment, PaymentEvent event, List<Payment> reached) {
        try {
            reached.add(payment.apply(event));
        } catch (IllegalStateException | IllegalArgumentException illegal) {
            // Illegal sequences are what the other tests are about; here only those that pass count.
        }
    }

    @Test
    void theProvidersVerdictSettlesAPayment() {
        assertThat(new Verdict.Captured(PRICE).settles(INTENT)).isEqualTo(event("captured"));
        assertThat(new Verdict.Declined("card_declined").settles(INTENT)).isEqualTo(event("declined"));
        assertThat(new Verdict.Voided().settles(INTENT)).isEqualTo(event("voided"));
    }

    @Test
    void aCaptureOfAnotherAmountIsNotTakenForOurs() {
        assertThatThrownBy(() -> new Verdict.Captured(eur(999)).settles(INTENT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("999");
    }

    @Test
    void aChargeIsTheSamePaymentOnlyForTheSameOrderAndAmount() {
        assertThat(INTENT.isFor(ORDER, PRICE)).isTrue();
        assertThat(INTENT.isFor(ORDER, eur(1))).isFalse();
        assertThat(INTENT.isFor(ID, PRICE)).isFalse();
        assertThat(Payment.unseen(ID, ORDER).isFor(ORDER, PRICE)).isTrue();
        assertThat(Payment.unseen(ID, ORDER).isFor(ID, PRICE)).isFalse();
    }
}
