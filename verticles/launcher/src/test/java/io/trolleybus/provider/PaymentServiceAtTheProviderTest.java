package io.trolleybus.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.Refund;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.PaymentModule;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The payment service in conversation with the simulator: two programs that share no code. */
final class PaymentServiceAtTheProviderTest {
    private static final Principal ORDER_SERVICE = Principal.service("order");
    private static final Money PRICE = eur(1999);

    @TempDir
    Path ledger;

    private final UUID paymentId = UUID.randomUUID();
    private final UUID orderId = UUID.randomUUID();
    private final UUID refundId = UUID.randomUUID();
    private ProviderUnderTest provider;
    private TestPlatform platform;
    private TestService payment;

    @BeforeEach
    void start() throws Exception {
        provider = new ProviderUnderTest(ledger);
        platform = TestPlatform.start();
        payment = platform.deploy(
                new PaymentModule(), Map.of("provider.url", provider.base().toString()));
    }

    @AfterEach
    void stop() throws Exception {
        platform.close();
        provider.close();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private <R> Future<Reply<R>> send(String address, Object command, Class<R> result) {
        return platform.send(address, platform.newCall(ORDER_SERVICE), command, result);
    }

    private Future<Reply<Charged>> sendCharge(String token) {
        return send(PaymentMessages.CHARGE, new Charge(paymentId, orderId, PRICE, token), Charged.class);
    }

    private Future<Reply<Refunded>> sendRefund(long amount) {
        var command = new RefundPayment(refundId, paymentId, orderId, eur(amount), "scratched");
        return send(PaymentMessages.REFUND, command, Refunded.class);
    }

    private Future<Reply<Refunded>> sendWithdrawal(long amount) {
        var command = new WithdrawRefund(refundId, paymentId, orderId, eur(amount));
        return send(PaymentMessages.WITHDRAW_REFUND, command, Refunded.class);
    }

    private Future<Reply<Voided>> sendVoid() {
        return send(PaymentMessages.VOID, new VoidPayment(paymentId, orderId, "cancelled"), Voided.class);
    }

    private void charge(String token) {
        assertThat(Futures.await(sendCharge(token))).isEqualTo(Reply.done(new Charged(paymentId, PRICE)));
    }

    private static void hasNoAnswer(Future<?> sent) {
        assertThat(Futures.awaitFailure(sent)).isInstanceOf(UnavailableException.class);
    }

    private static void fails(Future<Reply<Refunded>> sent) {
        assertThat(Futures.await(sent).<String>fold(done -> "refunded", Refusal::code))
                .isEqualTo(Refusals.PROVIDER_FAILED);
    }

    private List<Refund> refunds() {
        return Futures.await(send(PaymentMessages.FIND, new FindPayments(List.of(orderId)), Payments.class))
                .fold(payments -> payments.items().get(0).refunds(), refusal -> List.of());
    }

    private Reply<Refunded> refunded(long amount) {
        return Reply.done(new Refunded(refundId, eur(amount)));
    }

    private long refundedByTheLedger() throws Exception {
        return provider.get("/charges/" + paymentId)
                .body()
                .getJsonObject("refunded")
                .getLong("amount");
    }

    @Test
    void aFlakyRefundFailsThreeTimesAndIsThenMadeOnce() throws Exception {
        charge("tok_refund_flaky");

        for (int failure = 0; failure < 3; failure++) {
            fails(sendRefund(500));
        }
        assertThat(Futures.await(sendRefund(500))).isEqualTo(refunded(500));
        assertThat(Futures.await(sendRefund(500))).isEqualTo(refunded(500));

        assertThat(refundedByTheLedger()).isEqualTo(500);
        assertThat(refunds()).extracting(Refund::status).containsExactly(RefundStatus.PROCESSED);
    }

    @Test
    void aRefundWhoseReplyIsLostIsFoundOutByANewInstance() throws Exception {
        charge("tok_refund_lost_reply");

        hasNoAnswer(sendRefund(500));
        assertThat(refunds()).extracting(Refund::status).containsExactly(RefundStatus.PENDING);
        payment.restart();

        assertThat(Futures.await(sendRefund(500))).isEqualTo(refunded(500));
        assertThat(refundedByTheLedger()).isEqualTo(500);
    }

    @Test
    void whileRefundsAreDownNeitherARefundNorAVoidIsAnswered() throws Exception {
        charge("tok_refund_down");

        fails(sendRefund(500));
        hasNoAnswer(sendVoid());

        assertThat(refundedByTheLedger()).isZero();
        assertThat(refunds()).extracting(Refund::status).containsExactly(RefundStatus.PENDING);
    }

    @Test
    void aRefundIsWithdrawnUnlessItWasMade() throws Exception {
        charge("tok_refund_flaky");
        fails(sendRefund(500));

        assertThat(Futures.await(sendWithdrawal(500)).<String>fold(done -> "refunded", Refusal::code))
                .isEqualTo(Refusals.WITHDRAWN);
        assertThat(provider.refund(paymentId.toString(), refundId.toString(), 500)
                        .status())
                .isEqualTo(409);

        assertThat(refundedByTheLedger()).isZero();
        assertThat(refunds()).extracting(Refund::status).containsExactly(RefundStatus.FAILED);
    }

    @Test
    void aRefundWhoseReplyIsLostIsNotWithdrawn() throws Exception {
        charge("tok_refund_lost_reply");
        hasNoAnswer(sendRefund(500));

        assertThat(Futures.await(sendWithdrawal(500))).isEqualTo(refunded(500));
        assertThat(refundedByTheLedger()).isEqualTo(500);
    }

    @Test
    void aVoidGivesBackWhatPartsHaveLeftHoweverOftenItsReplyIsLost() throws Exception {
        charge("tok_refund_lost_reply");
        hasNoAnswer(sendRefund(500));

        hasNoAnswer(sendVoid());
        assertThat(Futures.await(sendVoid())).isEqualTo(Reply.done(new Voided(paymentId, PRICE)));

        assertThat(refundedByTheLedger()).isEqualTo(1999);
        assertThat(refunds()).extracting(Refund::amount).containsExactly(eur(500), eur(1499));
    }

    @Test
    void moreThanIsLeftIsRefused() throws Exception {
        charge("tok_ok");

        assertThat(Futures.await(sendRefund(2000)).<String>fold(done -> "done", Refusal::code))
                .isEqualTo(Refusals.REFUND_EXCEEDS_CAPTURED);
        assertThat(refundedByTheLedger()).isZero();
        assertThat(refunds()).isEmpty();
    }

    @Test
    void aCaptureWhoseReplyWasLostIsGivenBackByTheVoid() throws Exception {
        hasNoAnswer(sendCharge("tok_lost_reply"));

        assertThat(Futures.await(sendVoid())).isEqualTo(Reply.done(new Voided(paymentId, PRICE)));

        assertThat(refundedByTheLedger()).isEqualTo(1999);
        assertThat(refunds()).extracting(Refund::reason).containsExactly("void: cancelled");
    }

    @Test
    void aChargeThatIsUnderWayDuringAVoidKeepsNothing() throws Exception {
        Future<Reply<Charged>> slow = sendCharge("tok_slow");

        assertThat(Futures.await(sendVoid()).<String>fold(done -> "voided", Refusal::code))
                .isEqualTo("voided");

        assertThat(Futures.await(slow).<String>fold(done -> "charged", Refusal::code))
                .isEqualTo(Refusals.VOIDED);
        assertThat(provider.get("/ledger").body().getJsonArray("items")).isEmpty();
    }
}
