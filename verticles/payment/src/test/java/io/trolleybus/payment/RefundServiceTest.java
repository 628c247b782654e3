package io.trolleybus.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.Refund;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.RefundStatus;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.ScriptedProvider.Mood;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefundServiceTest {
    private static final Principal ORDER_SERVICE = Principal.service("order");
    private static final Money PRICE = eur(1999);

    private final UUID paymentId = UUID.randomUUID();
    private final UUID orderId = UUID.randomUUID();
    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();
    private TestPlatform platform;
    private ScriptedProvider provider;
    private TestService payment;

    @BeforeEach
    void startWithAPaymentThatIsCaptured() {
        platform = TestPlatform.start();
        provider = ScriptedProvider.start(platform.vertx());
        payment = platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()));
        var charge = new Charge(paymentId, orderId, PRICE, "tok_ok");
        platform.call(PaymentMessages.CHARGE, ORDER_SERVICE, charge, Charged.class);
        provider.requests().clear();
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private RefundPayment part(UUID refundId, long amount) {
        return new RefundPayment(refundId, paymentId, orderId, eur(amount), "scratched");
    }

    private Future<Reply<Refunded>> send(RefundPayment command) {
        return platform.send(PaymentMessages.REFUND, platform.newCall(ORDER_SERVICE), command, Refunded.class);
    }

    private Reply<Refunded> refund(UUID refundId, long amount) {
        return Futures.await(send(part(refundId, amount)));
    }

    private void refundInVain(UUID refundId, long amount) {
        assertThat(Futures.awaitFailure(send(part(refundId, amount)))).isInstanceOf(UnavailableException.class);
    }

    private void refundWhileTheProviderFails(UUID refundId, long amount) {
        assertThat(refusal(refund(refundId, amount)))
                .isEqualTo(Refusal.of(Refusals.PROVIDER_FAILED, "the provider answered 503"));
    }

    private Future<Reply<Refunded>> sendWithdrawal(UUID refundId, long amount) {
        var command = new WithdrawRefund(refundId, paymentId, orderId, eur(amount));
        return platform.send(PaymentMessages.WITHDRAW_REFUND, platform.newCall(ORDER_SERVICE), command, Refunded.class);
    }

    private Reply<Refunded> withdraw(UUID refundId, long amount) {
        return Futures.await(sendWithdrawal(refundId, amount));
    }

    private Future<Reply<Voided>> sendVoid() {
        var command = new VoidPayment(paymentId, orderId, "cancelled");
        return platform.send(PaymentMessages.VOID, platform.newCall(ORDER_SERVICE), command, Voided.class);
    }

    private Money undo() {
        return Futures.await(sendVoid()).fold(Voided::refunded, refusal -> {
            throw new AssertionError(refusal.toString());
        });
    }

    private Payment found() {
        var query = new FindPayments(List.of(orderId));
        return platform.call(PaymentMessages.FIND, ORDER_SERVICE, query, Payments.class)
                .fold(payments -> payments, refusal -> new Payments(List.of()))
                .items()
                .get(0);
    }

    private static Reply<Refunded> refunded(UUID refundId, long amount) {
        return Reply.done(new Refunded(refundId, eur(amount)));
    }

    private static Refusal refusal(Reply<?> reply) {
        return reply.fold(
                done -> {
                    throw new AssertionError(done.toString());
                },
                refused -> refused);
    }

    private long givenBackByTheProvider() {
        return provider.charge(paymentId).getJsonObject("refunded").getLong("amount");
    }

    private List<String> events() {
        return payment
                .database()
                .rows("select version || ' ' || type from journal where stream = ? order by version", paymentId)
                .stream()
                .map(row -> (String) row.get(0))
                .toList();
    }

    @Test
    void partsAreGivenBackUntilNothingIsLeft() {
        assertThat(refund(first, 500)).isEqualTo(refunded(first, 500));
        assertThat(found().status()).isEqualTo(Status.PARTIALLY_REFUNDED);
        assertThat(refund(second, 1499)).isEqualTo(refunded(second, 1499));

        assertThat(found()).satisfies(item -> {
            assertThat(item.status()).isEqualTo(Status.REFUNDED);
            assertThat(item.refunded()).isEqualTo(PRICE);
            assertThat(item.refunds())
                    .extracting(Refund::id, Refund::amount, Refund::status, Refund::reason)
                    .containsExactly(
                            tuple(first, eur(500), RefundStatus.PROCESSED, "scratched"),
                            tuple(second, eur(1499), RefundStatus.PROCESSED, "scratched"));
        });
        assertThat(givenBackByTheProvider()).isEqualTo(1999);
        assertThat(events())
                .containsExactly(
                        "1 PaymentProcessed",
                        "2 RefundRequested",
                        "3 RefundProcessed",
                        "4 RefundRequested",
                        "5 RefundProcessed");
    }

    @Test
    void aRefundIsMadeOnceHoweverOftenItIsSent() {
        assertThat(refund(first, 500)).isEqualTo(refunded(first, 500));
        payment.restart();
        assertThat(refund(first, 500)).isEqualTo(refunded(first, 500));
        assertThat(refusal(refund(first, 501)).code()).isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);

        assertThat(provider.requests()).containsExactly("POST refunds");
        assertThat(givenBackByTheProvider()).isEqualTo(500);
    }

    @Test
    void moreThanIsLeftIsRefusedWithoutAskingTheProvider() {
        refund(first, 500);
        provider.requests().clear();

        assertThat(refusal(refund(second, 1500))).satisfies(refusal -> {
            assertThat(refusal.code()).isEqualTo(Refusals.REFUND_EXCEEDS_CAPTURED);
            assertThat(refusal.facts()).containsEntry("refundable", 1499L);
        });
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void whatIsUnderWayIsNotLeftForAnother() {
        provider.feel(Mood.OUT_OF_ORDER);
        refundWhileTheProviderFails(first, 1000);

        assertThat(refusal(refund(second, 1000)).facts()).containsEntry("refundable", 999L);
        assertThat(found().refunds()).singleElement().extracting(Refund::status).isEqualTo(RefundStatus.PENDING);
    }

    @Test
    void aRefundThatNeverReachedTheProviderIsMadeLater() {
        provider.feel(Mood.OUT_OF_ORDER);
        refundWhileTheProviderFails(first, 500);
        refundWhileTheProviderFails(first, 500);

        provider.feel(Mood.WELL);
        assertThat(refund(first, 500)).isEqualTo(refunded(first, 500));

        assertThat(provider.requests()).containsExactly("POST refunds", "GET refund", "GET refund", "POST refunds");
        assertThat(events()).containsExactly("1 PaymentProcessed", "2 RefundRequested", "3 RefundProcessed");
    }

    @Test
    void whenTheAnswerIsLostANewInstanceAsksInsteadOfRefundingAgain() {
        provider.feel(Mood.FORGETS_TO_ANSWER);
        refundInVain(first, 500);
        provider.feel(Mood.WELL);
        payment.restart();

        assertThat(refund(first, 500)).isEqualTo(refunded(first, 500));

        assertThat(provider.requests()).containsExactly("POST refunds", "GET refund");
        assertThat(givenBackByTheProvider()).isEqualTo(500);
    }

    @Test
    void aDeclineIsRememberedAndItsAmountIsLeftForAnother() {
        provider.feel(Mood.KEEPS_THE_MONEY);
        assertThat(refusal(refund(first, 1999)).code()).isEqualTo(Refusals.REFUND_DECLINED);
        provider.feel(Mood.WELL);
        assertThat(refusal(refund(first, 1999)).facts()).containsEntry("declineCode", "exceeds_captured");

        assertThat(provider.requests()).containsExactly("POST refunds");
        assertThat(refund(second, 1999)).isEqualTo(refunded(second, 1999));
        assertThat(found().refunds())
                .extracting(Refund::status)
                .containsExactly(RefundStatus.FAILED, RefundStatus.PROCESSED);
    }

    @Test
    void aRefundThatIsWithdrawnIsNeverMadeHoweverLateItComes() {
        provider.feel(Mood.OUT_OF_ORDER);
        refundWhileTheProviderFails(first, 500);
        assertThat(Futures.awaitFailure(sendWithdrawal(first, 500))).isInstanceOf(UnavailableException.class);
        provider.feel(Mood.FORGETS_TO_ANSWER);
        assertThat(Futures.awaitFailure(sendWithdrawal(first, 500))).isInstanceOf(UnavailableException.class);
        provider.feel(Mood.WELL);
        // As if a copy were still on its way to another instance, which finds out from the provider.
        assertThat(refusal(refund(first, 500)).code()).isEqualTo(Refusals.WITHDRAWN);
        assertThat(refusal(withdraw(first, 500)).code()).isEqualTo(Refusals.WITHDRAWN);

        assertThat(refund(second, 1999)).isEqualTo(refunded(second, 1999));
        assertThat(givenBackByTheProvider()).isEqualTo(1999);
        assertThat(found().refunds())
                .extracting(Refund::status)
                .containsExactly(RefundStatus.FAILED, RefundStatus.PROCESSED);
    }

    @Test
    void aRefundThatWasMadeWithoutAnAnswerIsNotWithdrawn() {
        provider.feel(Mood.FORGETS_TO_ANSWER);
        refundInVain(first, 500);
        provider.feel(Mood.WELL);

        assertThat(withdraw(first, 500)).isEqualTo(refunded(first, 500));
        assertThat(withdraw(first, 500)).isEqualTo(refunded(first, 500));
        assertThat(provider.requests()).containsExactly("POST refunds", "POST void refund");
    }

    @Test
    void aRefundThatIsWithdrawnBeforeItIsSeenIsRefused() {
        assertThat(refusal(withdraw(first, 500)).code()).isEqualTo(Refusals.WITHDRAWN);

        assertThat(refusal(refund(first, 500)).code()).isEqualTo(Refusals.WITHDRAWN);
        assertThat(provider.requests()).isEmpty();
        assertThat(events()).containsExactly("1 PaymentProcessed", "2 RefundFailed");
        assertThat(undo()).isEqualTo(PRICE);
    }

    @Test
    void aVoidAfterAPartGivesBackTheRestAndSaysWhy() {
        refund(first, 500);

        assertThat(undo()).isEqualTo(PRICE);
        assertThat(undo()).isEqualTo(PRICE);

        assertThat(givenBackByTheProvider()).isEqualTo(1999);
        assertThat(found().refunds())
                .extracting(Refund::amount, Refund::reason)
                .containsExactly(tuple(eur(500), "scratched"), tuple(eur(1499), "void: cancelled"));
        assertThat(refusal(refund(second, 1)).facts()).containsEntry("refundable", 0L);
    }

    @Test
    void aVoidHasARefundWithoutAnAnswerDecidedFirst() {
        provider.feel(Mood.FORGETS_TO_ANSWER);
        refundInVain(first, 500);
        provider.feel(Mood.OUT_OF_ORDER);
        assertThat(Futures.awaitFailure(sendVoid())).isInstanceOf(UnavailableException.class);
        provider.feel(Mood.WELL);
        provider.requests().clear();

        assertThat(undo()).isEqualTo(PRICE);

        assertThat(provider.requests()).containsExactly("GET refund", "POST refunds");
        assertThat(givenBackByTheProvider()).isEqualTo(1999);
        assertThat(refund(first, 500)).isEqualTo(refunded(first, 500));
    }

    @Test
    void aVoidWhoseRefundIsDeclinedIsNotAnsweredButFails() {
        provider.feel(Mood.KEEPS_THE_MONEY);
        assertThat(Futures.awaitFailure(sendVoid())).isNotInstanceOf(UnavailableException.class);
        assertThat(found().status()).isEqualTo(Status.CAPTURED);

        provider.feel(Mood.WELL);
        assertThat(undo()).isEqualTo(PRICE);
    }

    @Test
    void howeverOftenTheRestIsDeclinedItIsOneRefund() {
        refund(first, 500);
        provider.feel(Mood.KEEPS_THE_MONEY);
        for (int again = 0; again < 3; again++) {
            assertThat(Futures.awaitFailure(sendVoid())).isNotInstanceOf(UnavailableException.class);
        }
        assertThat(found().refunds())
                .extracting(Refund::amount, Refund::status)
                .containsExactly(tuple(eur(500), RefundStatus.PROCESSED), tuple(eur(1499), RefundStatus.FAILED));

        provider.feel(Mood.WELL);
        assertThat(undo()).isEqualTo(PRICE);
        assertThat(found().refunds()).extracting(Refund::status).containsOnly(RefundStatus.PROCESSED);
        assertThat(givenBackByTheProvider()).isEqualTo(1999);
    }

    @Test
    void refundsAtOnceThroughTwoInstancesNeverExceedWhatWasCaptured() {
        platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()), payment.database());

        var answers = IntStream.range(0, 20)
                .mapToObj(i -> send(part(UUID.randomUUID(), 300)))
                .toList();

        long made = answers.stream()
                .map(Futures::await)
                .map(reply -> reply.<String>fold(done -> "refunded", Refusal::code))
                .peek(answer -> assertThat(answer).isIn("refunded", Refusals.REFUND_EXCEEDS_CAPTURED))
                .filter("refunded"::equals)
                .count();
        assertThat(made).isEqualTo(6);
        assertThat(givenBackByTheProvider()).isEqualTo(1800);
        assertThat(found().refunded()).isEqualTo(eur(1800));
    }

    @Test
    void refundsAndVoidsThatMeetGiveEverythingBackOnce() {
        platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()), payment.database());

        var refunds = IntStream.range(0, 5)
                .mapToObj(i -> send(part(UUID.randomUUID(), 100)))
                .toList();
        var voids = IntStream.range(0, 5).mapToObj(i -> sendVoid()).toList();

        voids.forEach(answer -> assertThat(Futures.await(answer)).isEqualTo(Reply.done(new Voided(paymentId, PRICE))));
        long parts = refunds.stream()
                .map(Futures::await)
                .filter(reply -> reply.<Boolean>fold(done -> true, refused -> false))
                .count();
        assertThat(givenBackByTheProvider()).isEqualTo(1999);
        assertThat(found().refunds()).hasSize((int) parts + 1);
        assertThat(found().refunds()).extracting(item -> item.amount().amount()).satisfies(amounts -> assertThat(
                        amounts.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(1999));
    }

    /** As a void of a release that keeps no list of refunds leaves the payment. */
    private void refundAllAsAnOlderReleaseDoes() {
        int changed = payment.database()
                .execute(
                        "update payment set status = 'REFUNDED', refunded = captured, version = version + 1 where id = ?",
                        paymentId);
        assertThat(changed).isEqualTo(1);
    }

    @Test
    void whatAnOlderReleaseGaveBackIsNotGivenBackAgain() {
        refundAllAsAnOlderReleaseDoes();

        assertThat(undo()).isEqualTo(PRICE);
        assertThat(refusal(refund(first, 1)).facts()).containsEntry("refundable", 0L);
        assertThat(found().refunds()).isEmpty();
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void aRefundThatAnOlderReleaseHasOvertakenIsDeclinedByTheProvider() {
        provider.feel(Mood.OUT_OF_ORDER);
        refundWhileTheProviderFails(first, 500);
        refundAllAsAnOlderReleaseDoes();
        provider.feel(Mood.KEEPS_THE_MONEY);

        assertThat(undo()).isEqualTo(PRICE);
        assertThat(refusal(refund(first, 500)).code()).isEqualTo(Refusals.REFUND_DECLINED);
    }

    @Test
    void onlyTheOrdersServiceGivesBackAndOnlyOfItsOrdersPayment() {
        var unknown = new RefundPayment(first, UUID.randomUUID(), orderId, eur(1), "scratched");
        var foreign = new RefundPayment(first, paymentId, UUID.randomUUID(), eur(1), "scratched");

        assertThat(refusal(Futures.await(send(unknown))).code()).isEqualTo(Refusals.NOT_FOUND);
        assertThat(refusal(Futures.await(send(foreign))).code()).isEqualTo(Refusals.NOT_FOUND);
        var operator = Principal.user(UUID.randomUUID(), List.of(Principal.OPERATOR));
        assertThat(refusal(platform.call(PaymentMessages.REFUND, operator, part(first, 1), Refunded.class))
                        .code())
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void aRefundReplaysFromTheJournalAsItStandsInItsRow() {
        refund(first, 500);
        provider.feel(Mood.KEEPS_THE_MONEY);
        refund(second, 300);
        provider.feel(Mood.OUT_OF_ORDER);
        refundWhileTheProviderFails(UUID.randomUUID(), 200);

        var stored = Futures.await(payment.onLoop(context -> new PaymentRows()
                .find(context.database().reads(), List.of(paymentId))
                .map(found -> found.get(paymentId))));
        var events = Futures.await(payment.onLoop(context -> new Journal<>(
                        context.service(), PaymentEvents.TYPES, context.vertx().eventBus(), context.meters())
                .read(context.database().reads(), paymentId)));

        var replayed = io.trolleybus.payment.domain.Payment.intent(paymentId, orderId, PRICE);
        for (var event : events) {
            replayed = replayed.apply(event.event());
        }
        assertThat(replayed).isEqualTo(stored);
        assertThat(stored.refunds().all()).hasSize(3);
    }
}
