package io.trolleybus.payment;

import io.trolleybus.chassis.Endpoints.Handler;
import io.trolleybus.chassis.Service;
import io.trolleybus.chassis.ServiceContext;
import io.trolleybus.chassis.TraceLog;
import io.trolleybus.journal.Journal;
import io.trolleybus.model.AuditMessages;
import io.trolleybus.model.AuditMessages.SettlePayments;
import io.trolleybus.model.AuditMessages.SweepPage;
import io.trolleybus.model.PaymentMessages;
import io.trolleybus.model.PaymentMessages.Charge;
import io.trolleybus.model.PaymentMessages.FindPayments;
import io.trolleybus.model.PaymentMessages.RefundPayment;
import io.trolleybus.model.PaymentMessages.VoidPayment;
import io.trolleybus.model.PaymentMessages.WithdrawRefund;
import io.trolleybus.model.Principal;
import io.trolleybus.model.Refusals;
import io.trolleybus.model.Reply;
import io.trolleybus.payment.domain.PaymentEvent;
import io.vertx.core.Future;
import java.net.URI;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the service answers, and who may ask it. */
final class PaymentService implements Service {
    static final String PROVIDER_URL = "provider.url";

    private static final String PAYMENTS_OF_ORDER = "select id from payment where order_id = $1::uuid";

    private @Nullable Provider provider;

    @Override
    public Future<?> start(ServiceContext context) {
        var log = new TraceLog(PaymentService.class, context.service());
        var bank = new Provider(
                context.vertx(),
                URI.create(context.settings().text(PROVIDER_URL)),
                context.tracing(),
                context.breakers());
        provider = bank;
        var journal = new Journal<PaymentEvent>(
                context.service(), PaymentEvents.TYPES, context.vertx().eventBus(), context.meters());
        var payments = new Payments(context, journal);
        var charging = new ChargePayment(payments, bank, log);
        var refunding = new Refunding(payments, bank, log);
        var undoing = new UndoPayment(payments, bank, refunding, log);
        var refunds = new RefundPart(payments, refunding);
        var reports = new PaymentReports(context.database().reads());
        context.endpoints()
                .serve(PaymentMessages.CHARGE, Charge.class, only(PaymentService::isService, charging::charge))
                .serve(PaymentMessages.VOID, VoidPayment.class, only(PaymentService::isService, undoing::undo))
                .serve(PaymentMessages.REFUND, RefundPayment.class, only(PaymentService::isService, refunds::refund))
                .serve(
                        PaymentMessages.WITHDRAW_REFUND,
                        WithdrawRefund.class,
                        only(PaymentService::isService, refunds::withdraw))
                .serve(PaymentMessages.FIND, FindPayments.class, only(PaymentService::isKnown, reports::find));
        var audit = new PaymentAudit(context, bank);
        var sweeper = audit.sweeper();
        var settling = new Settling(payments, bank, audit);
        context.endpoints()
                .serve(AuditMessages.SWEEP_PAYMENTS, SweepPage.class, only(PaymentService::isService, sweeper::sweep))
                .serve(
                        AuditMessages.SETTLE_PAYMENTS,
                        SettlePayments.class,
                        only(PaymentService::isService, settling::settle));
        journal.serveFeed(context.endpoints(), context.database().reads(), PAYMENTS_OF_ORDER);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return provider == null ? Future.succeededFuture() : provider.close();
    }

    private static <C, R> Handler<C, R> only(Predicate<Principal> allowed, Handler<C, R> handler) {
        return (call, command) -> allowed.test(call.principal())
                ? handler.handle(call, command)
                : Future.succeededFuture(
                        Reply.refused(Refusals.FORBIDDEN, call.principal().name() + " may not do that"));
    }

    /** Money moves only at the word of another service, whose saga it belongs to; never at a user's own. */
    private static boolean isService(Principal principal) {
        return principal.isService();
    }

    /**
     * A payment does not know its order's owner, so whether a user may see it is decided by the caller, who got the
     * order ids from the order service on that user's behalf. Only our own processes can send here at all.
     */
    private static boolean isKnown(Principal principal) {
        return principal.isService() || principal.isOperator() || principal.userId() != null;
    }
}
