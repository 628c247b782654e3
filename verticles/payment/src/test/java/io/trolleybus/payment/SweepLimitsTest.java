package io.trolleybus.payment;

import static io.trolleybus.payment.Sweeps.ORDER_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.BusyException;
import io.trolleybus.chassis.Call;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.SweepCursor;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.AuditMessages.Swept;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.Sweeps.Paid;
import io.trolleybus.testkit.Futures;
import io.trolleybus.testkit.TestPlatform;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a page of a sweep takes on, and what it leaves for another time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SweepLimitsTest {
    private final Sweeps sweeps = new Sweeps();
    private final TestPlatform platform = sweeps.platform;
    private final ScriptedProvider provider = sweeps.provider;

    @AfterAll
    void stop() {
        platform.close();
    }

    @Test
    void whatIsWrittenDuringALapIsExplainedInTheNextOne() {
        SweepCursor before = sweeps.upToNow();
        Swept payments = sweeps.sweep(before);
        sweeps.charge();

        Swept refunds = sweeps.sweep(payments.cursor());

        assertThat(payments.more()).isTrue();
        assertThat(refunds.more()).isFalse();
        assertThat(refunds.cursor().position())
                .isEqualTo(payments.cursor().head())
                .isLessThan(sweeps.payment.database().number("select position from journal_head"));
    }

    /** Whoever writes to very many rows by hand has them looked at all the same, a page at a time. */
    @Test
    void ofRowsThatNothingExplainsAPageTakesNoMoreThanItCanLookAt() {
        SweepCursor before = sweeps.upToNow();
        sweeps.payment.database().execute("""
                        insert into payment (id, order_id, status, currency, amount)
                        select gen_random_uuid(), gen_random_uuid(), 'PENDING', 'EUR', 1 from generate_series(1, ?)
                        """, 4_500);

        List<Swept> pages = sweeps.lap(before);

        assertThat(pages).allSatisfy(page -> assertThat(page.checked()).isLessThanOrEqualTo(2_100));
        assertThat(pages.stream().mapToInt(Swept::checked).sum()).isGreaterThanOrEqualTo(4_500);
    }

    @Test
    void ofAPageOnlySoManyAreAskedAboutAndThoseLeftAreNamed() {
        List<Paid> paid = Stream.generate(sweeps::charge).limit(104).toList();
        UUID[] wanted = paid.stream().map(Paid::orderId).toArray(UUID[]::new);
        SweepCursor before = sweeps.upToNow();
        provider.requests().clear();

        Swept swept = sweeps.sweep(before, wanted);

        assertThat(provider.requests()).hasSize(100);
        assertThat(swept.unasked()).containsExactlyInAnyOrder(wanted[100], wanted[101], wanted[102], wanted[103]);
        assertThat(swept.degraded()).isEmpty();
    }

    @Test
    void nobodyIsAskedWhenThePageIsDue() {
        Paid paid = sweeps.charge();
        SweepCursor before = sweeps.upToNow();
        provider.requests().clear();
        Call call = platform.newCall(ORDER_SERVICE);
        var hurried = new Call(call.id(), System.currentTimeMillis() + 1_900, call.trace(), call.principal());

        Swept swept = Futures.await(platform.send(
                        AuditMessages.SWEEP_PAYMENTS,
                        hurried,
                        new SweepPage(before, List.of(paid.orderId()), false),
                        Swept.class))
                .fold(done -> done, refusal -> {
                    throw new AssertionError(refusal.toString());
                });

        assertThat(swept.unasked()).containsExactly(paid.orderId());
        assertThat(swept.degraded()).containsExactly("payment-provider");
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void oneOfTwoPagesAtOnceIsRefusedAsBusy() {
        var page = new SweepPage(null, List.of(), true);

        Future<Reply<Swept>> first =
                platform.send(AuditMessages.SWEEP_PAYMENTS, platform.newCall(ORDER_SERVICE), page, Swept.class);
        Future<Reply<Swept>> second =
                platform.send(AuditMessages.SWEEP_PAYMENTS, platform.newCall(ORDER_SERVICE), page, Swept.class);

        assertThat(Futures.awaitFailure(second)).isInstanceOf(BusyException.class);
        assertThat(Futures.await(first)).isInstanceOf(Reply.Done.class);
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
