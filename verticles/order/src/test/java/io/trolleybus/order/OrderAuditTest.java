package io.trolleybus.order;

import static io.trolleybus.order.Shop.ALICE;
import static io.trolleybus.order.Shop.OPERATOR;
import static io.trolleybus.order.Shop.refusal;
import static io.trolleybus.order.Shop.result;
import static io.trolleybus.testkit.Futures.await;
import static io.trolleybus.testkit.Futures.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.AuditFinding;
import io.trolleybus.model.AuditMessages.AuditReport;
import io.trolleybus.model.AuditMessages.GetAudit;
import io.trolleybus.model.AuditMessages.Reconcile;
import io.trolleybus.model.AuditMessages.Reconciled;
import io.trolleybus.model.Refusals;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order service's own part of the audit, while nobody else can be asked. */
class OrderAuditTest {
    private final Shop shop = Shop.open();
    private final AuditConductor conductor =
            await(shop.orders.onLoop(context -> Future.succeededFuture(conductor(context))));

    private static AuditConductor conductor(ServiceContext context) {
        var store = new AuditStore(context.database().reads(), context.owner());
        return new AuditConductor(context, store, Duration.ZERO);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private AuditReport sweep() {
        await(shop.orders.onLoop(context -> conductor.sweep()));
        return result(shop.platform.call(AuditMessages.GET, OPERATOR, new GetAudit(), AuditReport.class));
    }

    @Test
    void beforeTheFirstSweepNobodyKnows() {
        AuditReport report = result(shop.platform.call(AuditMessages.GET, OPERATOR, new GetAudit(), AuditReport.class));

        assertThat(report.at()).isNull();
        assertThat(report.ok()).isFalse();
        assertThat(report.degraded()).containsExactly("audit");
    }

    @Test
    void anOrderThatWasChangedByHandIsNamedByTheSecondSweepUntilItIsPutRight() {
        sweep();
        UUID order = shop.placeAndWait().id();
        shop.placeAndWait();
        assertThat(sweep().findings()).isEmpty();
        shop.database().execute("update orders set captured = 1 where id = ?", order);

        assertThat(sweep().findings()).isEmpty();
        AuditReport report = sweep();

        assertThat(report.findings())
                .containsExactly(new AuditFinding("order-row", order, null, "captured 499 EUR", "captured 1 EUR"));
        assertThat(report.ok()).isFalse();
        assertThat(report.degraded()).containsExactly("inventory", "payment");

        shop.database().execute("update orders set captured = total where id = ?", order);
        assertThat(sweep().findings()).isEmpty();
    }

    @Test
    void aRowThatIsNotOneOfAnOrderIsNamed() {
        sweep();
        UUID order = shop.placeAndWait().id();
        shop.database().execute("update orders set status = 'LOST' where id = ?", order);

        sweep();

        assertThat(sweep().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.orderId()).isEqualTo(order);
            assertThat(finding.found()).contains("is not one of an order", "LOST");
        });
        shop.database().execute("update orders set status = 'CONFIRMED' where id = ?", order);
    }

    @Test
    void oneConductsAndAnotherGoesOnWhereItStopped() {
        sweep();
        UUID order = shop.placeAndWait().id();
        shop.database().execute("update orders set captured = 1 where id = ?", order);
        sweep();
        SqlClient reads = await(shop.orders.onLoop(
                context -> Future.succeededFuture(context.database().reads())));
        var other = new AuditStore(reads, "another");

        Optional<AuditState> claimedBeside = await(shop.orders.onLoop(context -> other.claim()));
        Throwable notRenewed =
                awaitFailure(shop.orders.onLoop(context -> other.renew().map(renewed -> true)));
        await(shop.orders.onLoop(context -> conductor.stop().map(stopped -> true)));
        Optional<AuditState> claimedAfter = await(shop.orders.onLoop(context -> other.claim()));
        boolean renewed = await(shop.orders.onLoop(context -> other.renew().map(done -> true)));

        assertThat(claimedBeside).isEmpty();
        assertThat(renewed).isTrue();
        assertThat(notRenewed).hasMessage("another instance conducts the audit");
        assertThat(claimedAfter)
                .hasValueSatisfying(state -> assertThat(state.again(10)).containsExactly(order));
    }

    @Test
    void whatOnlyAPersonCanDecideIsLeft() {
        sweep();
        UUID order = shop.placeAndWait().id();
        shop.database().execute("update orders set captured = 1 where id = ?", order);
        sweep();
        List<AuditFinding> found = sweep().findings();

        Reconciled reconciled = result(
                shop.platform.call(AuditMessages.RECONCILE, OPERATOR, new Reconcile("It is late"), Reconciled.class));

        assertThat(reconciled).isEqualTo(new Reconciled(List.of(), found));
        assertThat(refusal(shop.platform.call(AuditMessages.RECONCILE, OPERATOR, new Reconcile(" "), Reconciled.class))
                        .code())
                .isEqualTo(Refusals.INVALID);
        assertThat(refusal(shop.platform.call(
                                AuditMessages.RECONCILE, ALICE, new Reconcile("It is late"), Reconciled.class))
                        .code())
                .isEqualTo(Refusals.FORBIDDEN);
    }

    @Test
    void onlyOperatorsSeeIt() {
        assertThat(refusal(shop.platform.call(AuditMessages.GET, ALICE, new GetAudit(), AuditReport.class))
                        .code())
                .isEqualTo(Refusals.FORBIDDEN);
    }
}
