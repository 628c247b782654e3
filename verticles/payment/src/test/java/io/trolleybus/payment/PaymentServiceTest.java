package io.trolleybus.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trolleybus.chassis.GuardedClient;
import io.trolleybus.chassis.Trace;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.Status;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.ScriptedProvider.Mood;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.trolleybus.testkit.TestService;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentServiceTest {
    private static final Principal ORDER_SERVICE = Principal.service("order");
    private static final Money PRICE = new Money(1999, "EUR");

    private final UUID paymentId = UUID.randomUUID();
    private final UUID orderId = UUID.randomUUID();
    private TestPlatform platform;
    private ScriptedProvider provider;
    private TestService payment;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        provider = ScriptedProvider.start(platform.vertx());
        payment = platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()));
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private Charge command(String token) {
        return new Charge(paymentId, orderId, PRICE, token);
    }

    private Future<Reply<Charged>> send(Charge command) {
        return platform.send(PaymentMessages.CHARGE, platform.newCall(ORDER_SERVICE), command, Charged.class);
    }

    private Reply<Charged> charge(String token) {
        return Futures.await(send(command(token)));
    }

    private void chargeInVain(String token) {
        assertThat(Futures.awaitFailure(send(command(token)))).isInstanceOf(UnavailableException.class);
    }

    private Future<Reply<Voided>> sendVoid() {
        return platform.send(
                PaymentMessages.VOID,
                platform.newCall(ORDER_SERVICE),
                new VoidPayment(paymentId, orderId, "test"),
                Voided.class);
    }

    private Money undo() {
        return Futures.await(sendVoid()).fold(Voided::refunded, refusal -> {
            throw new AssertionError(refusal.toString());
        });
    }

    private static String code(Reply<?> reply) {
        return reply.fold(done -> "done", Refusal::code);
    }

    private String status() {
        return (String) payment.database().value("select status from payment where id = ?", paymentId);
    }

    private List<String> events() {
        return payment
                .database()
                .rows("select version || ' ' || type from journal where stream = ? order by version", paymentId)
                .stream()
                .map(row -> (String) row.get(0))
                .toList();
    }

    private Reply<Charged> charged() {
        return Reply.done(new Charged(paymentId, PRICE));
    }

    @Test
    void aChargeIsMadeOnceHoweverOftenItIsSent() {
        assertThat(charge("tok_ok")).isEqualTo(charged());
        assertThat(charge("tok_ok")).isEqualTo(charged());
        payment.restart();
        assertThat(charge("tok_ok")).isEqualTo(charged());

        assertThat(provider.requests()).containsExactly("POST charges");
        assertThat(events()).containsExactly("1 PaymentProcessed");
        assertThat(status()).isEqualTo("CAPTURED");
    }

    @Test
    void theSameChargeHandledByTwoInstancesAtOnceIsRecordedOnce() {
        platform.deploy(new PaymentModule(), Map.of("provider.url", provider.url()), payment.database());

        var answers =
                IntStream.range(0, 40).mapToObj(i -> send(command("tok_ok"))).toList();

        assertThat(answers.stream().map(Futures::await)).allMatch(charged()::equals);
        assertThat(provider.charge(paymentId).getString("status")).isEqualTo("captured");
        assertThat(events()).containsExactly("1 PaymentProcessed");
    }

    @Test
    void manyChargesAtOnceAreEachAnsweredForThemselves() {
        var commands = IntStream.range(0, 100)
                .mapToObj(i -> new Charge(
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        new Money(1 + i, "EUR"),
                        i % 10 == 0 ? "tok_declined" : "tok_ok"))
                .toList();

        var answers = commands.stream().map(this::send).toList();

        for (int i = 0; i < commands.size(); i++) {
            Charge command = commands.get(i);
            Reply<Charged> answer = Futures.await(answers.get(i));
            if (i % 10 == 0) {
                assertThat(code(answer)).isEqualTo(Refusals.PAYMENT_DECLINED);
            } else {
                assertThat(answer).isEqualTo(Reply.done(new Charged(command.paymentId(), command.amount())));
            }
        }
        assertThat(payment.database().number("select count(*) from journal where type = 'PaymentProcessed'"))
                .isEqualTo(90);
        assertThat(payment.database().number("select count(*) from journal where type = 'PaymentFailed'"))
                .isEqualTo(10);
    }

    @Test
    void aDeclineIsRememberedWithItsCode() {
        for (int i = 0; i < 2; i++) {
            Refusal refusal = charge("tok_declined").fold(done -> null, refused -> refused);
            assertThat(refusal.code()).isEqualTo(Refusals.PAYMENT_DECLINED);
            assertThat(refusal.facts()).containsEntry("declineCode", "card_declined");
        }

        assertThat(provider.requests()).hasSize(1);
        assertThat(events()).containsExactly("1 PaymentFailed");
    }

    @Test
    void whenTheAnswerIsLostTheProviderIsAskedBeforeItIsChargedAgain() {
        provider.feel(Mood.FORGETS_TO_ANSWER);
        chargeInVain("tok_ok");
        assertThat(status()).isEqualTo("UNKNOWN");
        assertThat(events()).isEmpty();

        provider.feel(Mood.WELL);
        assertThat(charge("tok_ok")).isEqualTo(charged());

        assertThat(provider.requests()).containsExactly("POST charges", "GET charge");
        assertThat(events()).containsExactly("1 PaymentProcessed");
    }

    @Test
    void aChargeThatNeverReachedTheProviderIsMadeLater() {
        provider.feel(Mood.OUT_OF_ORDER);
        chargeInVain("tok_ok");
        chargeInVain("tok_ok");

        provider.feel(Mood.WELL);
        assertThat(charge("tok_ok")).isEqualTo(charged());

        assertThat(provider.requests()).containsExactly("POST charges", "GET charge", "GET charge", "POST charges");
    }

    @Test
    void aVoidBeforeTheChargeRefusesItWhenItComesLate() {
        assertThat(undo().amount()).isZero();

        assertThat(code(charge("tok_ok"))).isEqualTo(Refusals.VOIDED);
        assertThat(undo().amount()).isZero();
        assertThat(provider.requests()).isEmpty();
        assertThat(events()).containsExactly("1 PaymentVoided");
    }

    @Test
    void aVoidAfterTheCaptureRefundsItOnce() {
        charge("tok_ok");

        assertThat(undo()).isEqualTo(PRICE);
        assertThat(undo()).isEqualTo(PRICE);

        assertThat(provider.charge(paymentId).getJsonObject("refunded").getLong("amount"))
                .isEqualTo(1999);
        assertThat(provider.refunds()).isEqualTo(1);
        assertThat(events()).containsExactly("1 PaymentProcessed", "2 RefundRequested", "3 RefundProcessed");
        assertThat(code(charge("tok_ok"))).isEqualTo(Refusals.VOIDED);
    }

    @Test
    void aRefundWhoseAnswerIsLostIsMadeOnce() {
        charge("tok_ok");
        provider.feel(Mood.FORGETS_TO_ANSWER);
        assertThat(Futures.awaitFailure(sendVoid())).isInstanceOf(UnavailableException.class);
        assertThat(status()).isEqualTo("CAPTURED");

        provider.feel(Mood.WELL);
        assertThat(undo()).isEqualTo(PRICE);

        assertThat(provider.charge(paymentId).getJsonObject("refunded").getLong("amount"))
                .isEqualTo(1999);
        assertThat(provider.refunds()).isEqualTo(1);
    }

    @Test
    void aVoidOfAnUnknownChargeRefundsWhatTurnsOutToBeCaptured() {
        provider.feel(Mood.FORGETS_TO_ANSWER);
        chargeInVain("tok_ok");
        provider.feel(Mood.WELL);

        assertThat(undo()).isEqualTo(PRICE);

        assertThat(events()).containsExactly("1 PaymentProcessed", "2 RefundRequested", "3 RefundProcessed");
        assertThat(status()).isEqualTo("REFUNDED");
    }

    @Test
    void aVoidOfAnUnknownChargeIsNotAnsweredUntilTheProviderAnswers() {
        provider.feel(Mood.OUT_OF_ORDER);
        chargeInVain("tok_ok");
        assertThat(Futures.awaitFailure(sendVoid())).isInstanceOf(UnavailableException.class);

        provider.feel(Mood.WELL);
        assertThat(undo()).isEqualTo(Money.zero("EUR"));

        assertThat(provider.charge(paymentId).getString("status")).isEqualTo("voided");
        assertThat(code(charge("tok_ok"))).isEqualTo(Refusals.VOIDED);
    }

    @Test
    void chargesAndVoidsThatMeetEndWithNothingKept() {
        var charges = IntStream.range(0, 10).mapToObj(i -> send(command("tok_ok")));
        var voids = IntStream.range(0, 10).mapToObj(i -> sendVoid());
        Stream.concat(charges, voids).toList().forEach(Futures::await);

        assertThat(status()).isIn("VOIDED", "REFUNDED");
        var kept = provider.charge(paymentId);
        if ("captured".equals(kept.getString("status"))) {
            assertThat(kept.getJsonObject("refunded")).isEqualTo(kept.getJsonObject("captured"));
        }
        assertThat(events()).doesNotHaveDuplicates().hasSizeBetween(1, 3);
    }

    @Test
    void anIdIsGoodForOneOrderAndAmountOnly() {
        charge("tok_ok");

        var other = new Charge(paymentId, orderId, new Money(1, "EUR"), "tok_ok");
        assertThat(code(Futures.await(send(other)))).isEqualTo(Refusals.IDEMPOTENCY_KEY_REUSED);
        var free = new Charge(UUID.randomUUID(), orderId, Money.zero("EUR"), "tok_ok");
        assertThat(code(Futures.await(send(free)))).isEqualTo(Refusals.INVALID);
    }

    /** Through several callers, since each has a breaker of its own that opens sooner. */
    private void openTheBreaker() {
        int callers = 4;
        for (int caller = 0; caller < callers; caller++) {
            GuardedClient client = platform.node().client("caller-" + caller);
            for (int i = 0; i < ProviderBreaker.MAX_FAILURES / callers; i++) {
                Futures.awaitFailure(platform.onLoop(() -> client.call(
                        PaymentMessages.CHARGE, platform.newCall(ORDER_SERVICE), command("tok_ok"), Charged.class)));
            }
        }
    }

    @Test
    void anOpenBreakerFailsAtOnceAndClosesWhenTheProviderIsBack() {
        provider.feel(Mood.OUT_OF_ORDER);
        openTheBreaker();
        int seen = provider.requests().size();
        UUID untried = UUID.randomUUID();
        assertThat(Futures.awaitFailure(send(new Charge(untried, orderId, PRICE, "tok_ok"))))
                .isInstanceOf(UnavailableException.class);
        assertThat(provider.requests()).hasSize(seen);
        assertThat(payment.database().value("select status from payment where id = ?", untried))
                .isEqualTo("PENDING");

        provider.feel(Mood.WELL);
        await().untilAsserted(() -> assertThat(
                        Futures.await(send(command("tok_ok")).otherwise(Reply.refused("unavailable", ""))))
                .isEqualTo(charged()));
    }

    @Test
    void cutDatabaseConnectionsLoseNoOutcome() {
        charge("tok_ok");
        payment.database().cutConnections();

        await().untilAsserted(() -> assertThat(
                        Futures.await(send(command("tok_ok")).otherwise(Reply.refused("unavailable", ""))))
                .isEqualTo(charged()));
        assertThat(provider.requests()).containsExactly("POST charges");
    }

    @Test
    void onlyServicesMoveMoney() {
        var user = Principal.user(UUID.randomUUID(), List.of(Principal.CUSTOMER, Principal.OPERATOR));

        assertThat(code(platform.call(PaymentMessages.CHARGE, user, command("tok_ok"), Charged.class)))
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(platform.call(
                        PaymentMessages.VOID, user, new VoidPayment(paymentId, orderId, "test"), Voided.class)))
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(code(platform.call(
                        PaymentMessages.FIND, Principal.ANONYMOUS, new FindPayments(List.of(orderId)), Payments.class)))
                .isEqualTo(Refusals.FORBIDDEN);
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void paymentsAreFoundByTheirOrders() {
        charge("tok_ok");
        UUID unpaid = UUID.randomUUID();
        var tombstone = new VoidPayment(UUID.randomUUID(), unpaid, "test");
        platform.call(PaymentMessages.VOID, ORDER_SERVICE, tombstone, Voided.class);

        Payments found = platform.call(
                        PaymentMessages.FIND,
                        ORDER_SERVICE,
                        new FindPayments(List.of(orderId, unpaid, UUID.randomUUID())),
                        Payments.class)
                .fold(payments -> payments, refusal -> null);

        assertThat(found.items()).singleElement().satisfies(item -> {
            assertThat(item.id()).isEqualTo(paymentId);
            assertThat(item.status()).isEqualTo(Status.CAPTURED);
            assertThat(item.captured()).isEqualTo(PRICE);
            assertThat(item.refunded()).isEqualTo(Money.zero("EUR"));
        });
        var tooMany = new FindPayments(Collections.nCopies(101, orderId));
        assertThat(code(platform.call(PaymentMessages.FIND, ORDER_SERVICE, tooMany, Payments.class)))
                .isEqualTo(Refusals.INVALID);
    }

    @Test
    void theTraceReachesTheProvider() {
        Trace trace = Trace.root(new Random(1), true);

        Futures.await(platform.send(
                PaymentMessages.CHARGE, platform.newCall(ORDER_SERVICE, trace), command("tok_ok"), Charged.class));

        assertThat(provider.traceparents()).singleElement().satisfies(traceparent -> assertThat(
                        Trace.parse(traceparent).traceId())
                .isEqualTo(trace.traceId()));
        assertThat(platform.spans())
                .extracting(span -> span.getName())
                .contains("payment.charge", "provider.charge", "payment.commit");
    }

    @Test
    void theRunTimeRoleCannotRewriteWhatHappened() {
        assertThat(payment.database()
                        .rows("select privilege_type, table_name from information_schema.role_table_grants"
                                + " where grantee = 'payment' and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')"
                                + " and table_name in ('journal', 'payment', 'refund')"))
                .isEmpty();
    }
}
