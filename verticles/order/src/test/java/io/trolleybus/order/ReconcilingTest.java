package io.trolleybus.order;

import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.Json;
import io.trolleybus.chassis.UnavailableException;
import io.trolleybus.model.AuditKinds;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.Reconcile;
import io.trolleybus.model.AuditMessages.Reconciled;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an operator has recorded of what the provider knows better, whatever fails meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconcilingTest {
    private static final Reconcile COMMAND = new Reconcile("The provider's list says so");
    private static final Money NOTHING = new Money(0, "EUR");

    private final Shop shop = Shop.open();
    private UUID order = new UUID(0, 0);
    private AuditFinding finding = new AuditFinding(AuditKinds.PAYMENT_PROVIDER, order, null, "", "");

    @AfterAll
    void close() {
        shop.close();
    }

    /** An order about whose payment the provider knows better. */
    @BeforeEach
    void find() {
        order = shop.placeAndWait().id();
        finding = new AuditFinding(AuditKinds.PAYMENT_PROVIDER, order, null, "captured 499 EUR", "captured 0");
        var open = new Payment(
                UUID.randomUUID(), order, Status.PENDING, Shop.PRICE, NOTHING, NOTHING, null, Instant.EPOCH, List.of());
        shop.payment.open.put(order, open);
        shop.payment.find.always(FakeEndpoint.DO);
        shop.payment.settle.received.clear();
        var report = new AuditReport(Instant.EPOCH, false, 1, 0, List.of(finding), List.of());
        shop.database().execute("update audit set report = ?::json", Json.write(report));
    }

    private Reconciled reconcile() {
        return result(shop.platform.call(AuditMessages.RECONCILE, OPERATOR, COMMAND, Reconciled.class));
    }

    private void assertFails() {
        assertThat(awaitFailure(shop.platform.send(
                        AuditMessages.RECONCILE, shop.platform.newCall(OPERATOR), COMMAND, Reconciled.class)))
                .isInstanceOf(UnavailableException.class);
    }

    private long notes() {
        return shop.database()
                .number("select count(*) from journal where type = 'PaymentReconciled' and stream = '" + order + "'");
    }

    @Test
    void whatWasNotRecordedIsOnRepetitionAndNotedOnce() {
        shop.payment.settle.once(FakeEndpoint.LOSE_MESSAGE);
        assertFails();

        assertThat(reconcile()).isEqualTo(new Reconciled(List.of(finding), List.of()));
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void whatWasRecordedIsNotedThoughTheAnswerIsLost() {
        shop.payment.settle.once(FakeEndpoint.LOSE_REPLY);
        assertFails();

        assertThat(notes()).isEqualTo(1);
        assertThat(reconcile().mended()).isEmpty();
        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void anOrderWhoseSagaIsUnderWayIsLeftToIt() {
        shop.database().execute("update orders set saga_owner = 'another' where id = ?", order);

        assertThat(reconcile()).isEqualTo(new Reconciled(List.of(), List.of(finding)));
        assertThat(notes()).isZero();
        assertThat(shop.payment.settle.received).isEmpty();
        shop.database().execute("update orders set saga_owner = null where id = ?", order);
    }

    @Test
    void aPaymentThatIsDecidedHereIsForAPerson() {
        shop.payment.open.clear();

        assertThat(reconcile()).isEqualTo(new Reconciled(List.of(), List.of(finding)));
        assertThat(notes()).isZero();
    }
}
