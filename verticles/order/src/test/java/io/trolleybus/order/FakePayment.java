package io.trolleybus.order;

import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.SettlePayments;
import io.trolleybus.model.AuditMessages.SettledPayments;
import io.trolleybus.model.Money;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.Charged;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.Payment;
import io.trolleybus.model.PaymentMessages.Payments;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.Refunded;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.Voided;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.testkit.TestDatabase;
import io.trolleybus.testkit.TestPlatform;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Charges whatever it is told, once for each payment id; keeps to the contract, tombstones included. */
final class FakePayment {
    /** Empty, so that all tests can share it. */
    private static final TestDatabase DATABASE = TestDatabase.create(PaymentMessages.SERVICE, List.of());

    final FakeEndpoint<Charge> charge = new FakeEndpoint<>();
    final FakeEndpoint<VoidPayment> undo = new FakeEndpoint<>();
    final FakeEndpoint<RefundPayment> refund = new FakeEndpoint<>();
    final FakeEndpoint<WithdrawRefund> withdrawal = new FakeEndpoint<>();
    /** Answers only if a test says so. */
    final FakeEndpoint<FindPayments> find = new FakeEndpoint<>();

    final FakeEndpoint<SettlePayments> settle = new FakeEndpoint<>();
    /** By order; payments of which the provider knows better. */
    final Map<UUID, Payment> open = new ConcurrentHashMap<>();

    /** By order; what a void gave back is not there any more. */
    final Map<UUID, Money> captured = new ConcurrentHashMap<>();

    /** By refund. */
    final Map<UUID, Money> refunded = new ConcurrentHashMap<>();

    private final Set<UUID> voided = ConcurrentHashMap.newKeySet();
    private final Set<UUID> withdrawn = ConcurrentHashMap.newKeySet();

    FakePayment(TestPlatform platform) {
        find.always(FakeEndpoint.LOSE_MESSAGE);
        Service service = this::start;
        platform.deploy(TestPlatform.module(PaymentMessages.SERVICE, List.of(), () -> service), Map.of(), DATABASE);
    }

    private Future<?> start(ServiceContext context) {
        context.endpoints()
                .serve(
                        PaymentMessages.CHARGE,
                        Charge.class,
                        (call, command) -> charge.receive(call, command, () -> capture(command)))
                .serve(
                        PaymentMessages.VOID,
                        VoidPayment.class,
                        (call, command) -> undo.receive(call, command, () -> voidPayment(command)))
                .serve(
                        PaymentMessages.REFUND,
                        RefundPayment.class,
                        (call, command) -> refund.receive(call, command, () -> refund(command)))
                .serve(
                        PaymentMessages.WITHDRAW_REFUND,
                        WithdrawRefund.class,
                        (call, command) -> withdrawal.receive(call, command, () -> withdraw(command)))
                .serve(
                        PaymentMessages.FIND,
                        FindPayments.class,
                        (call, query) -> find.receive(call, query, () -> find(query)))
                .serve(
                        AuditMessages.SETTLE_PAYMENTS,
                        SettlePayments.class,
                        (call, command) -> settle.receive(call, command, () -> settle(command)));
        return Future.succeededFuture();
    }

    private Reply<Payments> find(FindPayments query) {
        return Reply.done(new Payments(query.orderIds().stream()
                .map(open::get)
                .filter(Objects::nonNull)
                .toList()));
    }

    private Reply<SettledPayments> settle(SettlePayments command) {
        return Reply.done(new SettledPayments(command.orderIds().stream()
                .filter(order -> open.remove(order) != null)
                .toList()));
    }

    private Reply<Charged> capture(Charge command) {
        if (voided.contains(command.paymentId())) {
            return Reply.refused(Refusals.VOIDED, "it was voided before");
        }
        captured.put(command.orderId(), command.amount());
        return Reply.done(new Charged(command.paymentId(), command.amount()));
    }

    private Reply<Refunded> withdraw(WithdrawRefund command) {
        Money made = refunded.get(command.refundId());
        if (made != null) {
            return Reply.done(new Refunded(command.refundId(), made));
        }
        withdrawn.add(command.refundId());
        return Reply.refused(Refusals.WITHDRAWN, "it was not made");
    }

    private Reply<Refunded> refund(RefundPayment command) {
        if (withdrawn.contains(command.refundId())) {
            return Reply.refused(Refusals.WITHDRAWN, "it was withdrawn before");
        }
        refunded.put(command.refundId(), command.amount());
        return Reply.done(new Refunded(command.refundId(), command.amount()));
    }

    private Reply<Voided> voidPayment(VoidPayment command) {
        voided.add(command.paymentId());
        Money refunded = captured.remove(command.orderId());
        return Reply.done(new Voided(command.paymentId(), refunded == null ? Money.zero("EUR") : refunded));
    }
}
